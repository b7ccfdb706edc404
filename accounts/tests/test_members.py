"""Members, roles and invitations on the pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from accounts.invitations import invitation_accept, invitation_join, invitation_send
from accounts.models import Account, Invitation, Membership, User
from accounts.permissions import Role
from console import limiter
from console.models import AuditEntry
from tests.tenants import PASSWORD, make_person

pytestmark = pytest.mark.django_db
OnCommit = Callable[..., AbstractContextManager[Any]]
ADDRESS = "newcomer@example.test"


def at(account: Account, path: str) -> str:
    return f"/accounts/{account.auth_id}/{path}"


@pytest.fixture
def link(account: Account, owner: Client, django_capture_on_commit_callbacks: OnCommit) -> str:
    """What the invited person got by e-mail."""
    with django_capture_on_commit_callbacks(execute=True):
        owner.post(at(account, "invitations/new/"), {"email": ADDRESS.upper(), "role": "admin"})
    return link_in(mail.outbox[-1])


def link_in(message: EmailMessage) -> str:
    found = re.search(r"http://localhost:\d+(/\S+)", str(message.body))
    assert found is not None
    return found[1]


def test_an_owner_changes_a_role(owner: Client, account: Account, bob: User) -> None:
    member = Membership.objects.get(user=bob, account=account)
    page = at(account, f"members/{member.pk}/")
    assert bob.email in owner.get(at(account, "members/?q=bob")).content.decode()
    assert owner.post(f"{page}edit/", {"role": "support"})["Location"] == page
    assert Membership.objects.get(pk=member.pk).role == Role.SUPPORT
    assert AuditEntry.objects.latest("pk").changes == {"role": ["viewer", "support"]}


def test_a_sub_account_lists_who_is_there_from_above_and_leaves_them_alone(
    owner: Client, account: Account, alice: User, sub_account: Account, signed_in: Callable[[User], Client]
) -> None:
    theirs = signed_in(make_person("sue", sub_account, Role.OWNER))
    listed = theirs.get(at(sub_account, "members/")).content.decode()
    assert "Inherited from Acme" in listed
    assert "This account" in listed
    assert alice.email in listed
    inherited = Membership.objects.get(user=alice)
    assert at(sub_account, f"members/{inherited.pk}/") not in listed
    assert theirs.get(at(sub_account, f"members/{inherited.pk}/")).status_code == 404
    assert theirs.post(at(sub_account, f"members/{inherited.pk}/edit/"), {"role": "viewer"}).status_code == 404
    assert theirs.post(at(sub_account, f"members/{inherited.pk}/delete/")).status_code == 404
    assert Membership.objects.get(user=alice).role == Role.OWNER
    assert "sue@example.test" not in owner.get(at(account, "members/")).content.decode()
    found = theirs.get(at(sub_account, "members/?q=alice")).content.decode()
    assert "sue@example.test" not in found.partition('id="list"')[2]
    exported = b"".join(theirs.get(at(sub_account, "export/members/")).streaming_content).decode()  # type: ignore[attr-defined]
    assert alice.email in exported


def test_the_last_owner_stays(owner: Client, account: Account, alice: User) -> None:
    page = at(account, f"members/{Membership.objects.get(user=alice).pk}/")
    words = "An account needs an owner: name another one first."
    assert words in owner.post(f"{page}edit/", {"role": "viewer"}).content.decode()
    assert words in owner.post(f"{page}delete/", {"typed": ""}).content.decode()
    assert Membership.objects.get(user=alice).role == Role.OWNER


def test_a_removed_member_is_out(owner: Client, viewer: Client, account: Account, bob: User) -> None:
    page = at(account, f"members/{Membership.objects.get(user=bob).pk}/")
    assert "Remove Bob?" in owner.get(f"{page}delete/").content.decode()
    assert owner.post(f"{page}delete/")["Location"] == at(account, "members/")
    assert viewer.get(at(account, "")).status_code == 404


def test_a_newcomer_joins_by_the_link_once(link: str, account: Account) -> None:
    visitor = Client()
    assert visitor.get(link)["Location"] == "/invitation/"  # the token leaves the address at once
    assert ADDRESS in visitor.get("/invitation/").content.decode()
    assert "at least 10" in visitor.post("/invitation/", {"name": "New", "password": "short"}).content.decode()
    assert "This field is required" in visitor.post("/invitation/", {"name": ""}).content.decode()
    joined = visitor.post("/invitation/", {"name": "New", "password": PASSWORD})
    assert joined["Location"] == at(account, "")
    assert visitor.get(at(account, "")).status_code == 200
    assert Membership.objects.get(user__email=ADDRESS).role == Role.ADMIN
    assert Client().get(link, follow=True).status_code == 410


def test_who_has_a_sign_in_uses_it(link: str, account: Account, viewer: Client) -> None:
    user = make_person("newcomer")
    visitor = Client()
    assert "/user/login/?next=/invitation/" in visitor.get(link, follow=True).content.decode()
    assert visitor.post("/invitation/", {"name": "x", "password": PASSWORD}).status_code == 200
    assert "You are signed in as" in viewer.get(link, follow=True).content.decode()
    assert "You are signed in as" in viewer.post("/invitation/").content.decode()
    visitor.force_login(user)
    visitor.get(link)
    assert visitor.post("/invitation/")["Location"] == at(account, "")
    assert Membership.objects.filter(user=user, account=account).exists()


def test_a_link_that_is_over_or_unknown_is_answered_alike(link: str) -> None:
    visitor = Client()
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    answers = {visitor.get(address, follow=True).content for address in (link, "/invitation/?token=unknown")}
    assert len({re.sub(rb"[0-9a-f]{32}", b"", answer) for answer in answers}) == 1


def test_invitations_are_listed_and_withdrawn(link: str, owner: Client, account: Account) -> None:
    invitation = Invitation.objects.get()
    page = at(account, f"invitations/{invitation.pk}/")
    assert "Open" in owner.get(at(account, "invitations/")).content.decode()
    assert "Withdraw" in owner.get(page).content.decode()
    assert owner.post(f"{page}delete/")["Location"] == at(account, "invitations/")
    assert Client().get(link, follow=True).status_code == 410


def test_the_list_tells_accepted_and_expired_apart(link: str, owner: Client, account: Account) -> None:
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert "Expired" in owner.get(at(account, "invitations/")).content.decode()
    Invitation.objects.update(accepted_at=timezone.now())
    assert "Accepted" in owner.get(at(account, "invitations/")).content.decode()


def test_a_second_invitation_ends_the_first(link: str, account: Account, alice: User) -> None:
    invitation_send(invitation=Invitation(account=account, email=ADDRESS), invited_by=alice)
    assert Invitation.objects.count() == 1
    assert Client().get(link, follow=True).status_code == 410


def test_a_member_is_not_invited(owner: Client, account: Account, bob: User) -> None:
    refused = owner.post(at(account, "invitations/new/"), {"email": bob.email, "role": "admin"})
    assert "This user is a member already." in refused.content.decode()


def test_two_who_hold_one_link_do_not_both_join(link: str, account: Account) -> None:
    invitation = Invitation.objects.get()
    user = invitation_join(invitation=invitation, name="First", password=PASSWORD)
    with pytest.raises(ValidationError, match="no longer valid"):
        invitation_accept(invitation=invitation, user=user)


def test_guessing_links_is_limited(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiter, "clock", lambda: 1_800_000_000.0)
    statuses = [client.get("/invitation/").status_code for _ in range(31)]
    assert (set(statuses[:30]), statuses[30]) == ({410}, 429)
