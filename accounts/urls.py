"""The pages of the accounts app."""

from __future__ import annotations

from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView

from accounts import (
    invitation_views,
    member_views,
    overview_views,
    person_views,
    policy_views,
    proof_views,
    token_views,
    views,
)
from accounts.sections import INVITATIONS, MEMBERS, SUB_ACCOUNTS, TOKENS
from console import navigation
from console.sections import routes

navigation.register(navigation.Place("policy", _("Security policy"), "shield-check", order=10))

urlpatterns = [
    path("", views.HomePage.as_view(), name="home"),
    path("accounts/", views.AccountList.as_view(), name="accounts"),
    path("platform/", overview_views.PlatformPage.as_view(), name="platform"),
    path("accounts/<str:auth_id>/", overview_views.OverviewPage.as_view(), name="overview"),
    path("accounts/<str:auth_id>/settings/security/", policy_views.PolicyPage.as_view(), name="policy"),
    path("invitation/", invitation_views.InvitationPage.as_view(), name="invitation"),
    path("user/theme/", person_views.ThemeChange.as_view(), name="theme"),
    path("user/profile/", person_views.ProfilePage.as_view(), name="profile"),
    # The address is changed in the profile, through a service: allauth's own page would be a second door.
    path("user/email/", RedirectView.as_view(url=reverse_lazy("profile")), name="account_email"),
    path("user/reauthenticate/", proof_views.by_password, name="account_reauthenticate"),
    path("user/2fa/reauthenticate/", proof_views.by_code, name="mfa_reauthenticate"),
    path("user/2fa/webauthn/reauthenticate/", proof_views.by_passkey, name="mfa_reauthenticate_webauthn"),
    path("user/sessions/", proof_views.sessions, name="usersessions_list"),
    path("user/tokens/", person_views.OwnTokenList.as_view(), name="own-tokens"),
    path("user/tokens/new/", person_views.OwnTokenCreate.as_view(), name="own-token-create"),
    path("user/tokens/<str:key>/", person_views.OwnTokenSecret.as_view(), name="own-token-secret"),
    path("user/tokens/<str:key>/revoke/", person_views.OwnTokenRevoke.as_view(), name="own-token-revoke"),
    *routes(
        SUB_ACCOUNTS,
        list=views.SubAccountList,
        create=views.SubAccountCreate,
        bulk=views.SubAccountBulk,
        detail=views.SubAccountDetail,
        secret=views.SubAccountSecret,
        edit=views.SubAccountEdit,
        delete=views.SubAccountDelete,
    ),
    *routes(
        MEMBERS,
        list=member_views.MemberList,
        detail=member_views.MemberDetail,
        edit=member_views.MemberEdit,
        delete=member_views.MemberDelete,
    ),
    *routes(
        INVITATIONS,
        list=member_views.InvitationList,
        create=member_views.InvitationCreate,
        detail=member_views.InvitationDetail,
        delete=member_views.InvitationDelete,
    ),
    *routes(
        TOKENS,
        list=token_views.TokenList,
        create=token_views.TokenCreate,
        detail=token_views.TokenDetail,
        secret=token_views.TokenSecret,
        rotate=token_views.TokenRotate,
        delete=token_views.TokenDelete,
    ),
]
