from .writing import CannedReply, Draft, Label, Macro, Mention, Preference

__all__ = ["CannedReply", "Draft", "Label", "Macro", "Mention", "Preference"]
