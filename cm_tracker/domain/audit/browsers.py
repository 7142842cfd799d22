"""The browser and the device of a request in a few words, such as `Firefox on Windows`.

The whole text that a browser sends is long, changes with every update, and says no more to a lead.
"""

# In this order: Edge, Opera and Samsung's browser say that they are Chrome, and all of them say that they are Safari.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
# Android says that it is Linux, and iPads and iPhones say that they are like Mac OS X.
_DEVICES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "Chromebook"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
UNKNOWN = "an unknown browser"


def browser_name(user_agent: str) -> str:
    """Return which browser on which device sent a `User-Agent` header, as far as it says so."""
    browser = next((name for part, name in _BROWSERS if part in user_agent), UNKNOWN)
    device = next((name for part, name in _DEVICES if part in user_agent), "")
    return f"{browser} on {device}" if device else browser
