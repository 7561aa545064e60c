"""Builders for customers in tests."""

from __future__ import annotations

from typing import Any

from bandhu.customers.actions import create_company, create_contact
from bandhu.customers.models import Company, Contact
from bandhu.identity.models import User
from bandhu.identity.tests.cast import make_user


def make_agent(name: str = "Rupa", role: str = "manager", **fields: Any) -> User:
    """Somebody who may work with customers of everybody or of the branch, as the role says."""
    return make_user(name, role=role, **fields)


def make_contact(name: str = "Rahima Khatun", *, by: User, **values: Any) -> Contact:
    return create_contact(actor=by, full_name=name, **values)


def make_company(name: str = "Padma Traders", *, by: User, **values: Any) -> Company:
    return create_company(actor=by, name=name, **values)
