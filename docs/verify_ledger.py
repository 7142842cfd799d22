#!/usr/bin/env python3
"""Check an exported ledger without the program that wrote it.

    cm-tracker ledger export ledger.jsonl
    python3 verify_ledger.py ledger.jsonl [CHECKPOINT] [--trail trail.jsonl]

One file that needs only the standard library and shares no line with the program. It reads the export
from the first line to the last and checks

  * that seq runs from 1 without a gap,
  * that every leaf is SHA-256(0x00 || body) and every hash
    SHA-256("cm-ledger/1" || 0x00 || seq as 8 bytes || previous hash || leaf),
  * that every transaction has at least two entries and sums to zero in every unit,
  * that no account of a client, of prizes set aside, or of a cabinet ever fell below zero,
  * with the audit trail (cm-tracker ledger export ledger.jsonl --trail trail.jsonl): that each hash of it is
    SHA-256("cm-audit/1" || 0x00 || number as 8 bytes || previous hash || SHA-256(0x00 || body)), and that
    it is the trail that every anchor in the log names.

It prints the size, the newest hash and the Merkle root (RFC 6962) of the log, and what every account
with a balance holds if you ask with --balances. Give it a checkpoint that you kept (the file with all its
lines), and it compares the root of the first records with the signed one. The signature
itself is Ed25519 in the form of https://c2sp.org/signed-note; this file does not check it.
Exit status 0 only if everything holds.
"""

import argparse
import base64
import hashlib
import json
import sys

GUARDED = ("client:", "held:", "cabinet:")


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


class Tree:
    """The Merkle tree of RFC 6962, grown leaf by leaf: a stack of (height, hash)."""

    def __init__(self):
        self.stack = []

    def add(self, leaf):
        height = 0
        while self.stack and self.stack[-1][0] == height:
            leaf = sha(b"\x01", self.stack.pop()[1], leaf)
            height += 1
        self.stack.append((height, leaf))

    def root(self):
        if not self.stack:
            return sha()
        root = self.stack[-1][1]
        for _, left in reversed(self.stack[:-1]):
            root = sha(b"\x01", left, root)
        return root


def kept_root(path):
    """Return the size and the root on the second and third line of a checkpoint that was kept."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    size, root = int(lines[1]), base64.b64decode(lines[2], validate=True)
    if size < 1 or len(root) != 32:
        raise ValueError("no checkpoint")
    return size, root


def move(body, balances, wrong):
    """Move the balances by the entries of one transaction."""
    entries = body.get("entries", [])
    sums = {}
    for account, unit, amount, _visit in entries:
        if type(amount) is not int or amount == 0:
            wrong(f"an entry of {amount!r}")
            return
        sums[unit] = sums.get(unit, 0) + amount
        if account.startswith(GUARDED):
            balances[account] = balances.get(account, 0) + amount
    if len(entries) < 2 or any(sums.values()):
        wrong("the entries do not sum to zero")
    for account, *_ in entries:
        if balances.get(account, 0) < 0:
            wrong(f"{account} falls to {balances[account]}")


def check_trail(file, anchors, say):
    """Read the audit trail, and compare it with the anchors that the log holds. Return how many lines it has."""
    previous, count = bytes(32), 0
    for text in file:
        line = json.loads(text)
        stored = bytes.fromhex(line.pop("hash") or "")
        if line["states"] is None:
            del line["states"]
        line.update(type="audit_event", v=1)
        body = json.dumps(line, sort_keys=True, separators=(",", ":")).encode("ascii")
        previous = sha(b"cm-audit/1\x00", line["id"].to_bytes(8, "big"), previous, sha(b"\x00", body))
        count += 1
        if previous != stored:
            say(f"audit trail: line {line['id']} was changed, or what stood before it is missing")
            previous = stored
        for anchor in anchors.pop(line["id"], ()):
            if (anchor["audit_hash"], anchor["events"]) != (stored.hex(), count):
                say(f"audit trail: up to line {line['id']} it is not the one that audit_anchor:{anchor['id']} names")
    for number in sorted(anchors):
        if number:
            say(f"audit trail: line {number} is missing, and an anchor in the log names it")
    return count


def check(file, kept, say, anchors):
    """Read the export. Return its size, newest hash, tree and balances; anchors of the trail are added to a dict."""
    previous, size, tree, balances = bytes(32), 0, Tree(), {}
    for line in file:
        size += 1
        try:
            row = json.loads(line)
            seq, record, text = row["seq"], row["record"], row["body"]
            stored_leaf, stored_hash = bytes.fromhex(row["leaf"]), bytes.fromhex(row["hash"])
            body = json.loads(text)
        except (ValueError, KeyError, TypeError):
            say(f"line {size}: cannot be read")
            continue
        if seq != size:
            say(f"line {size}: seq {seq} where {size} should be")
        leaf = sha(b"\x00", text.encode("utf-8", "surrogateescape"))
        previous = sha(b"cm-ledger/1\x00", int(seq).to_bytes(8, "big"), previous, leaf)
        if leaf != stored_leaf:
            say(f"seq {seq}: the leaf is not that of the body")
        if previous != stored_hash:
            say(f"seq {seq}: the hash does not follow from the one before")
            previous = stored_hash
        if f"{body.get('type')}:{body.get('id')}" != record:
            say(f"seq {seq}: the body is not that of {record}")
        if body.get("type") == "audit_anchor":
            anchors.setdefault(body["last_event_id"], []).append(body)
        if body.get("type") == "transaction":
            move(body, balances, lambda says, seq=seq: say(f"seq {seq}: {says}"))
        tree.add(leaf)
        if kept is not None and size == kept[0] and tree.root() != kept[1]:
            say(f"the first {size} records are not those of the checkpoint")
    if kept is not None and size < kept[0]:
        say(f"the checkpoint saw {kept[0]} records, the export has {size}")
    return size, previous, tree, balances


def main():
    parser = argparse.ArgumentParser(description="Check an exported ledger.")
    parser.add_argument("export", type=argparse.FileType(encoding="ascii"))
    parser.add_argument("checkpoint", nargs="?")
    parser.add_argument("--balances", action="store_true", help="print what every account with a balance holds")
    parser.add_argument("--trail", type=argparse.FileType(encoding="ascii"), help="the audit trail, exported as well")
    asked = parser.parse_args()
    findings = []

    def say(sentence):
        findings.append(sentence)
        print(sentence, file=sys.stderr)

    try:
        kept = kept_root(asked.checkpoint) if asked.checkpoint else None
    except (OSError, ValueError, IndexError):
        parser.error("the checkpoint cannot be read")
    anchors = {}
    size, newest, tree, balances = check(asked.export, kept, say, anchors)
    if asked.trail:
        print(f"audit trail {check_trail(asked.trail, anchors, say)} lines")
    print(f"size {size}\nhead {newest.hex()}\nroot {tree.root().hex()}")
    if asked.balances:
        for account in sorted(balances):
            print(f"{account} {balances[account]}")
    print("no findings" if not findings else f"{len(findings)} finding(s)")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
