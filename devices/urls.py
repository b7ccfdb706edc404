"""The pages of the devices app."""

from __future__ import annotations

from console.sections import routes
from devices.sections import DEVICE_USERS, DEVICES
from devices.views import devices, editing, users
from sip.phone_views import HolderNotify, HolderReboot

urlpatterns = [
    *routes(
        DEVICES,
        list=devices.DeviceList,
        create=editing.DeviceCreate,
        bulk=devices.DeviceBulk,
        detail=devices.DeviceDetail,
        edit=editing.DeviceEdit,
        rotate=devices.DeviceRotate,
        secret=devices.DeviceSecret,
        reboot=HolderReboot,
        notify=HolderNotify,
        why=devices.DeviceWhy,
        clone=editing.DeviceClone,
        delete=devices.DeviceDelete,
    ),
    *routes(
        DEVICE_USERS,
        list=users.UserList,
        create=users.UserCreate,
        bulk=users.UserBulk,
        detail=users.UserDetail,
        delete=users.UserDelete,
    ),
]
