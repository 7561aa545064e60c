"""The demonstration company: "Bandhu Traders", its people, customers and a year and a half of what happened between them.

Everything is drawn from a seed and from `now`, so two fillings for one moment are the same (but for ids). `fill_demo` is the door.
Nobody in it exists: mail addresses end in example.com, .org and .net, which nobody can own. No telephone numbers are reserved for
fiction in Bangladesh, India and Sri Lanka; Bangladesh's are of a network that was switched off (011), the others are arbitrary.
"""

from bandhu.workspace.demo.filling import Demonstration, NotEmpty, fill_demo

__all__ = ["Demonstration", "NotEmpty", "fill_demo"]
