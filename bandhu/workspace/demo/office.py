"""The house itself: its teams and the ten people who work in it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from bandhu.identity.actions import create_team, create_user
from bandhu.identity.models import Team, User

# branch: (name, the one above)
_TEAMS = {
    "house": ("Bandhu Traders", ""),
    "bangladesh": ("Bangladesh", "house"),
    "dhaka": ("Dhaka", "bangladesh"),
    "chattogram": ("Chittagong", "bangladesh"),
    "india": ("India", "house"),
    "kolkata": ("Kolkata", "india"),
    "chennai": ("Chennai", "india"),
    "lanka": ("Sri Lanka", "house"),
    "colombo": ("Colombo", "lanka"),
}
# name before @, full name, role, branch, language, zone, and the branches whose customers are theirs
_PEOPLE = (
    ("nasrin", "নাসরিন সুলতানা", "administrator", "house", "bn", "Asia/Dhaka", ()),
    ("arif", "Arif Hossain", "manager", "house", "en", "Asia/Dhaka", ("abroad",)),
    ("rafiq", "রফিক আহমেদ", "sales", "dhaka", "bn", "Asia/Dhaka", ("dhaka",)),
    ("shirin", "শিরিন আক্তার", "service", "dhaka", "bn", "Asia/Dhaka", ("dhaka",)),
    ("tanvir", "তানভীর চৌধুরী", "sales", "chattogram", "bn", "Asia/Dhaka", ("chattogram",)),
    ("ananya", "Ananya Chatterjee", "supervisor", "kolkata", "en", "Asia/Kolkata", ("kolkata",)),
    ("karthik", "கார்த்திக் ராமன்", "sales", "chennai", "ta", "Asia/Kolkata", ("chennai",)),
    ("priya", "பிரியா சிவகுமார்", "service", "colombo", "ta", "Asia/Colombo", ("colombo", "chennai")),
    ("lakshmi", "Lakshmi Narayanan", "marketing", "chennai", "en", "Asia/Kolkata", ()),
    ("emma", "Emma Wilson", "read_only", "house", "en", "Europe/London", ()),
)
_PASSWORD_WORDS = [
    "river",
    "tea",
    "boat",
    "mango",
    "lotus",
    "jute",
    "rice",
    "monsoon",
    "spice",
    "silk",
    "harbour",
    "ferry",
    "market",
    "banyan",
]


@dataclass(frozen=True)
class Account:
    """How one of the ten signs in."""

    email: str
    name: str
    role: str
    password: str


@dataclass
class Office:
    """Teams by branch, users, who looks after the customers of a branch, and the accounts to print."""

    teams: dict[str, Team]
    users: list[User]
    carers: dict[str, list[User]]
    accounts: list[Account]


def open_office(actor: User, password: str | None) -> Office:
    """Make teams and users. One password for all ten: the one given, or a fresh one that is told once and kept nowhere."""
    password = password or new_password()
    teams: dict[str, Team] = {}
    for key, (name, above) in _TEAMS.items():
        teams[key] = create_team(actor=actor, name=name, parent=teams.get(above))
    teams["abroad"] = teams["house"]
    users: list[User] = []
    accounts: list[Account] = []
    carers: dict[str, list[User]] = {}
    for local, name, role, branch, language, zone, branches in _PEOPLE:
        email = f"{local}@bandhu.example.com"
        user = create_user(
            actor=actor, email=email, full_name=name, role=role, password=None if users else password, team=teams[branch],
            language=language, time_zone=zone,
        )  # fmt: skip
        users.append(user)
        accounts.append(Account(email, name, role, password))
        for cared in branches:
            carers.setdefault(cared, []).append(user)
    # Hashing costs about a second each on a small machine; ten accounts of one demonstration share one hash.
    User.objects.filter(pk__in=[user.pk for user in users]).update(password=users[0].password)
    return Office(teams, users, carers, accounts)


def new_password() -> str:
    """Three words and four digits: easy to type on a telephone, some 24 bits, meant for a demonstration only."""
    words = "-".join(secrets.choice(_PASSWORD_WORDS) for _ in range(3))
    return f"{words}-{secrets.randbelow(9_000) + 1_000}"
