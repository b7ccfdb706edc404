"""The customer's side of jambonz's client authentication webhook.

``question`` reads what the SBC sends, ``knowledge`` looks up in one statement what is known about it, ``proof`` holds
the SBC to its credentials, ``judgement`` decides without touching anything, ``views`` answers, ``recorder`` keeps it.
"""
