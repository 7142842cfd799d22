"""Find text that lies on other text, which nobody can read: axe does not look for it."""

# Pairs of texts of which one lies on more than half of a line of the other. What an element cuts off, or another one covers
# with its ground, is not there; and what stays in sight while the page scrolls may lie on anything.
TEXT_ON_TEXT = """() => {
    const lines = [];
    const page = document.querySelector(':modal') ?? document.body;
    const walker = document.createTreeWalker(page, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const of = node.parentElement;
        if (!node.data.trim() || of.closest('script, style, option, .visually-hidden, .skip')) continue;
        if (!of.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
        let cut = { left: 0, top: -1e6, right: 1e6, bottom: 1e6 };
        let stays = false;
        for (let one = of; one && one !== document.body; one = one.parentElement) {
            const style = getComputedStyle(one);
            stays ||= style.position === 'sticky';
            if (style.overflowX === 'visible' && style.overflowY === 'visible') continue;
            const box = one.getBoundingClientRect();
            cut = { left: Math.max(cut.left, box.left), top: Math.max(cut.top, box.top),
                    right: Math.min(cut.right, box.right), bottom: Math.min(cut.bottom, box.bottom) };
        }
        if (stays) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        for (const box of range.getClientRects()) {
            const line = { left: Math.max(box.left, cut.left), top: Math.max(box.top, cut.top),
                           right: Math.min(box.right, cut.right), bottom: Math.min(box.bottom, cut.bottom) };
            if (line.right - line.left > 2 && line.bottom - line.top > 2) lines.push({ ...line, text: node.data.trim(), of });
        }
    }
    lines.sort((one, other) => one.top - other.top);
    const found = [];
    lines.forEach((one, place) => {
        for (const other of lines.slice(place + 1)) {
            if (other.top >= one.bottom) break;
            const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
            const high = Math.min(one.bottom, other.bottom) - other.top;
            const least = Math.min(one.bottom - one.top, other.bottom - other.top);
            if (wide <= 2 || high <= least / 2) continue;
            const at = document.elementsFromPoint(Math.max(one.left, other.left) + wide / 2, other.top + high / 2);
            const below = Math.max(at.indexOf(one.of), at.indexOf(other.of));
            const isHidden = at.slice(0, below).some(over => !getComputedStyle(over).backgroundColor.startsWith('rgba'));
            if (!isHidden) found.push([one.text.slice(0, 60), other.text.slice(0, 60)]);
        }
    });
    return found;
}"""
