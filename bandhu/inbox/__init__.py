"""The one inbox: conversations of every channel, read and answered.

Owns drafts, canned replies, macros and kept inbox views; conversations themselves belong to `bandhu.interactions`.
"""
