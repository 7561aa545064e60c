"""The rows of channels other than mail."""

from tests.permissions.rows import OPEN, row

_MANAGE = "channels.manage_channels"
_NEW = {"kind": "webhook", "values": {"secret": "a secret long enough for it"}}

CHANNELS = [
    *row("channels:channel_notices", "GET POST", OPEN, pk="channel", answers=(401,)),
    *row("channels:channels", "GET", _MANAGE),
    *row("channels:channel_new", "GET POST", _MANAGE, kind="webhook"),
    *row("channels:channel", "GET POST", _MANAGE, pk="channel"),
    *row("channels:channel_pause", "POST", _MANAGE, pk="channel", data={"paused": "1"}),
    *row("channels:channel_removal", "POST", _MANAGE, pk="channel"),
    *row("channels:channel_trial", "POST", _MANAGE, pk="channel"),
    *row("channels:channel_templates", "POST", _MANAGE, pk="channel"),
    *row("channels:channel_kept", "GET", _MANAGE, pk="channel"),
    *row("channels:channel_notice", "GET", _MANAGE, pk="raw_notice"),
    *row("channels:channel_notice_replay", "POST", _MANAGE, pk="raw_notice"),
    *row("channels:channel_notice_discarding", "POST", _MANAGE, pk="raw_notice"),
    *row("channels:chat_script", "GET", OPEN, pk="chat_channel"),
    *(
        one
        for name in ("hello", "start", "say", "file", "read", "typing", "seen", "end", "link")
        for one in row(f"channels:chat_{name}", "POST", OPEN, pk="chat_channel", answers=(403,))
    ),
    *row("channels:chat_stored", "GET", OPEN, pk="chat_channel", token="nonsense", answers=(404,)),
    *row("channels:chat_continued", "GET POST", OPEN, pk="chat_channel", token="nonsense", answers=(404,)),
    *row("channels:chat_preview", "GET", _MANAGE, pk="chat_channel"),
    *row("channels:request_form", "GET POST", OPEN, pk="form_channel"),
    *row("channels:request_thanks", "GET", OPEN, pk="form_channel"),
    *row("channels:request_script", "GET", OPEN, pk="form_channel"),
    *row("/channel-kinds", "GET", _MANAGE),
    *row("/channels", "GET", _MANAGE),
    *row("/channels", "POST", _MANAGE, data=_NEW),
    *row("/channels/{channel_id}", "GET", _MANAGE, channel_id="channel"),
    *row("/channels/{channel_id}", "PATCH", _MANAGE, data={"name": "Other"}, channel_id="channel"),
    *row("/channels/{channel_id}", "DELETE", _MANAGE, channel_id="channel"),
    *row("/channels/{channel_id}/notices", "GET", _MANAGE, channel_id="channel"),
    *row("/channels/{channel_id}/templates", "GET", _MANAGE, channel_id="channel"),
    *row("/channels/{channel_id}/templates/fetching", "POST", _MANAGE, channel_id="channel"),
    *row("/channel-notices/{notice_id}", "GET", _MANAGE, notice_id="raw_notice"),
    *row("/channel-notices/{notice_id}", "DELETE", _MANAGE, notice_id="raw_notice"),
    *row("/channel-notices/{notice_id}/replay", "POST", _MANAGE, notice_id="raw_notice"),
]
