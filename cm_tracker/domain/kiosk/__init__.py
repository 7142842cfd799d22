"""Decisions of the kiosk: codes that pair a tablet, tries before a wait, a client's path, bar, moments and questions, and how
a page looks.
"""
