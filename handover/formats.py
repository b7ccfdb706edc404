"""The settings in the forms that softphones read; described in ``docs/handover.md``."""

from __future__ import annotations

from xml.etree import ElementTree

from sip.connecting import Connection

LPCONFIG = "http://www.linphone.org/xsds/lpconfig.xsd"


def plain(phone: Connection) -> str:
    """The settings, one a line, as they are typed into a phone."""
    lines = {
        "Username": phone.username,
        "Domain": phone.realm,
        "Password": phone.password,
        "Server": phone.host,
        "Port": phone.port,
        "SIP URI": f"sip:{phone.username}@{phone.realm}",
    }
    return "".join(f"{name}: {value}\n" for name, value in lines.items())


def linphone_xml(phone: Connection) -> str:
    """Linphone's remote provisioning: an ``lpconfig`` document that adds one account and makes it the default."""
    ElementTree.register_namespace("", LPCONFIG)
    config = ElementTree.Element(f"{{{LPCONFIG}}}config")
    add(config, "sip", {"default_proxy": "0"})
    add(
        config,
        "proxy_0",
        {
            "reg_identity": f"sip:{phone.username}@{phone.realm}",
            "reg_proxy": f"<sip:{phone.server}>",
            "reg_route": f"<sip:{phone.server};lr>",
            "reg_sendregister": "1",
        },
    )
    login = {"username": phone.username, "realm": phone.realm, "domain": phone.realm, "passwd": phone.password}
    add(config, "auth_info_0", login)
    ElementTree.indent(config)
    return ElementTree.tostring(config, encoding="unicode", xml_declaration=True)


def add(config: ElementTree.Element, name: str, entries: dict[str, str]) -> None:
    """Add a section whose entries replace what the phone has."""
    section = ElementTree.SubElement(config, f"{{{LPCONFIG}}}section", name=name)
    for key, value in entries.items():
        ElementTree.SubElement(section, f"{{{LPCONFIG}}}entry", name=key, overwrite="true").text = value
