from .roles import Grant, Reach, Role
from .teams import Team
from .tokens import ApiToken, Invitation
from .users import User

__all__ = ["ApiToken", "Grant", "Invitation", "Reach", "Role", "Team", "User"]
