"""The five providers as one small server that speaks their real protocols over HTTP: it checks what it is asked, and signs what it tells."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from base64 import b64decode, b64encode
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from bandhu.billing.gateways import bkash, payhere, razorpay, sns, sslcommerz, stripe

KEYS = {
    "stripe": {"secret_key": "sk_test_double", "webhook_secret": "whsec_double"},
    "sslcommerz": {"store_id": "shop1", "store_password": "shop1@pw"},
    "bkash": {"app_key": "appkey", "app_secret": "appsecret", "username": "u", "password": "p", "topic": "arn:aws:sns:ap:1:bkash"},
    "razorpay": {"key_id": "rzp_test_1", "key_secret": "rzpsecret", "webhook_secret": "hook", "old_webhook_secret": "oldhook"},
    "payhere": {"merchant_id": "1210001", "merchant_secret": "phsecret", "app_id": "app", "app_secret": "appsecret"},
}  # fmt: skip
CERTIFICATE_URL = "https://sns.ap-southeast-1.amazonaws.com/SimpleNotificationService-double.pem"


class Providers:
    """What the providers know: orders by their own reference, and what was asked. `fails` makes each answer 503; what is asked at a path
    with `drops` in it is done, and its answer lost. `given_back` is each refund that happened: (provider, payment, amount)."""

    def __init__(self) -> None:
        self.orders: dict[str, dict[str, Any]] = {}
        self.asked: list[tuple[str, str, dict[str, Any]]] = []
        self.refunds: dict[str, dict[str, Any]] = {}
        self.given_back: list[tuple[str, str, str]] = []
        # PayHere's payments that succeeded, by our order number.
        self.received: dict[str, dict[str, Any]] = {}
        self.refund_state = "success"
        self.drops = ""
        self.fails = False
        self.url = ""
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    # What customers do on the providers' pages.

    def pay(self, reference: str, amount: str = "", currency: str = "", **more: Any) -> dict[str, Any]:
        """The customer pays; with another amount or currency when the provider says so."""
        order = self.orders[reference]
        order |= {"paid": True, "trx": order.get("trx") or f"TRX{len(self.asked)}{reference[-4:]}", **more}
        order["amount"], order["currency"] = amount or order["amount"], currency or order["currency"]
        return order

    # What they tell us, signed.

    def stripe_notice(
        self,
        kind: str,
        facts: dict[str, Any],
        *,
        at: int | None = None,
        event_id: str = "",
        secret: str = "whsec_double",
    ):
        """(body, headers) of an event."""
        event = {
            "id": event_id or f"evt_{hash((kind, str(facts))) & 0xFFFFFF:x}",
            "object": "event",
            "type": kind,
            "data": {"object": facts},
        }
        body, stamp = json.dumps(event).encode(), at or int(time.time())
        signature = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
        return body, {"Stripe-Signature": f"t={stamp},v1={signature}", "Content-Type": "application/json"}

    def stripe_paid(self, reference: str, **more: Any):
        return self.stripe_notice("checkout.session.completed", self._stripe_session(reference), **more)

    def sslcommerz_notice(
        self, reference: str, status: str = "VALID", password: str = "shop1@pw", **fields: str
    ):
        """(body, headers) of an IPN; card fields as the provider sends them."""
        order = self.orders[reference]
        form = {"tran_id": order["number"], "status": status, "amount": order["amount"], "currency": "BDT", "val_id": f"VAL{order['number']}",
                "bank_tran_id": order.get("trx", ""), "card_no": "418117XXXXXX6675", "card_type": "VISA"} | fields  # fmt: skip
        names = sorted(form)
        form |= {"verify_sign": sslcommerz.signature(form, names, password), "verify_key": ",".join(names)}
        return urlencode(form).encode(), {"Content-Type": "application/x-www-form-urlencoded"}

    def razorpay_notice(
        self, event: str, payload: dict[str, Any], *, secret: str = "hook", event_id: str = "ev1"
    ):
        body = json.dumps({"entity": "event", "event": event, "payload": payload}).encode()
        signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        return body, {
            "X-Razorpay-Signature": signature,
            "X-Razorpay-Event-Id": event_id,
            "Content-Type": "application/json",
        }

    def razorpay_paid(self, reference: str, **more: Any):
        order = self.orders[reference]
        payment = {
            "id": order["trx"],
            "amount": order["amount"],
            "currency": order["currency"],
            "card": {"number": "4111111111111111", "last4": "1111"},
        }
        link = {"id": reference, "reference_id": order["number"], "status": "paid"}
        return self.razorpay_notice(
            "payment_link.paid", {"payment_link": {"entity": link}, "payment": {"entity": payment}}, **more
        )

    def payhere_notice(
        self,
        number: str,
        amount: str,
        currency: str,
        status: str = "2",
        payment_id: str = "32001",
        secret: str = "phsecret",
    ):
        inner = hashlib.md5(secret.encode()).hexdigest().upper()
        sign = hashlib.md5(f"1210001{number}{amount}{currency}{status}{inner}".encode()).hexdigest().upper()
        form = {"merchant_id": "1210001", "order_id": number, "payment_id": payment_id, "payhere_amount": amount, "payhere_currency": currency,
                "status_code": status, "md5sig": sign, "method": "VISA", "card_holder_name": "S FERNANDO", "card_no": "************1292"}  # fmt: skip
        return urlencode(form).encode(), {"Content-Type": "application/x-www-form-urlencoded"}

    def bkash_notice(
        self,
        reference: str,
        *,
        topic: str = "arn:aws:sns:ap:1:bkash",
        message_id: str = "m1",
        status: str = "Completed",
        **changes: Any,
    ):
        order = self.orders[reference]
        told = {"trxID": order.get("trx", ""), "transactionStatus": status, "amount": order["amount"], "currency": "BDT",
                "merchantInvoiceNumber": order["number"], "debitMSISDN": "8801700000001"}  # fmt: skip
        envelope = {"Type": "Notification", "MessageId": message_id, "TopicArn": topic, "Message": json.dumps(told),
                    "Timestamp": "2026-11-22T00:00:00.000Z", "SignatureVersion": "1", "SigningCertURL": CERTIFICATE_URL}  # fmt: skip
        signature = self._key.sign(sns.signed_text(envelope).encode(), padding.PKCS1v15(), hashes.SHA1())
        body = json.dumps(envelope | {"Signature": b64encode(signature).decode()} | changes).encode()
        return body, {"Content-Type": "text/plain; charset=UTF-8"}

    def certificate(self) -> bytes:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
        now = datetime.now(UTC)
        made = x509.CertificateBuilder(
            name, name, self._key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1)
        )
        return made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    # What we ask of them.

    def answer(
        self, method: str, path: str, query: dict[str, str], form: dict[str, Any], headers: dict[str, str]
    ) -> tuple[int, Any]:
        if self.fails:
            return 503, {"error": "out of order"}
        self.asked.append((method, path, form or query))
        for prefix, act in (
            ("/v1/checkout/sessions", self._stripe_sessions), ("/v1/refunds", self._stripe_refund), ("/gwprocess/", self._ssl_begin),
            ("/validator/api/validationserverAPI.php", self._ssl_validate), ("/validator/api/merchantTransID", self._ssl_transactions),
            ("/bkash/", self._bkash), ("/razorpay/", self._razorpay), ("/merchant/v1/", self._payhere),
        ):  # fmt: skip
            if path.startswith(prefix):
                return act(path, form or query, headers)
        return 404, {"error": path}

    def _begin(self, prefix: str, number: str, amount: str, currency: str) -> str:
        known = next((key for key, one in self.orders.items() if one["number"] == number), None)
        reference = known or f"{prefix}{len(self.orders) + 1}"
        self.orders.setdefault(reference, {"number": number, "amount": amount, "currency": currency})
        return reference

    def _stripe_sessions(self, path: str, given: dict[str, Any], headers: dict[str, str]) -> tuple[int, Any]:
        if headers.get("authorization") != "Bearer sk_test_double":
            return 401, {"error": {"message": "Invalid API Key", "type": "invalid_request_error"}}
        if not path.endswith("sessions"):
            return 200, self._stripe_session(path.rpartition("/")[2])
        assert headers["idempotency-key"] == given["client_reference_id"]
        amount, currency = (
            given["line_items[0][price_data][unit_amount]"],
            given["line_items[0][price_data][currency]"],
        )
        return 200, self._stripe_session(self._begin("cs_", given["client_reference_id"], amount, currency))

    def _stripe_session(self, reference: str) -> dict[str, Any]:
        order = self.orders[reference]
        return {"id": reference, "object": "checkout.session", "client_reference_id": order["number"], "amount_total": int(order["amount"]),
                "currency": order["currency"].lower(), "payment_status": "paid" if order.get("paid") else "unpaid",
                "status": "complete" if order.get("paid") else "open", "payment_intent": order.get("trx"), "url": f"{self.url}/page/{reference}"}  # fmt: skip

    def _stripe_refund(self, path: str, given: dict[str, Any], headers: dict[str, str]) -> tuple[int, Any]:
        if "amount" not in given:
            known = list(self.refunds.values())
            if not path.endswith("/refunds"):
                return 200, next(one for one in known if path.endswith(one["id"]))
            ours = [one for one in known if one["payment_intent"] == given["payment_intent"]]
            return 200, {"object": "list", "data": ours, "has_more": False, "url": "/v1/refunds"}
        key = headers["idempotency-key"]
        if key not in self.refunds:
            self.given_back.append(("stripe", given["payment_intent"], given["amount"]))
        made = self.refunds.setdefault(key, {
            "id": f"re_{len(self.refunds) + 1}", "object": "refund", "amount": int(given["amount"]), "currency": "bdt", "status": "succeeded",
            "payment_intent": given["payment_intent"], "metadata": {"refund": given["metadata[refund]"]}})  # fmt: skip
        return 200, made

    def _ssl_begin(self, path: str, given: dict[str, Any], headers: dict[str, str]) -> tuple[int, Any]:
        if given.get("store_passwd") != "shop1@pw":
            return 200, {"status": "FAILED", "failedreason": "Store Credential Error"}
        reference = self._begin("SSL", given["tran_id"], given["total_amount"], given["currency"])
        return 200, {
            "status": "SUCCESS",
            "sessionkey": reference,
            "GatewayPageURL": f"{self.url}/page/{reference}",
        }

    def _ssl_element(self, order: dict[str, Any]) -> dict[str, Any]:
        return {"status": "VALID", "tran_id": order["number"], "val_id": f"VAL{order['number']}", "amount": order["amount"], "currency": "BDT",
                "currency_type": order["currency"], "currency_amount": order["amount"], "bank_tran_id": order["trx"],
                "risk_level": order.get("risk", "0"), "risk_title": "Not Safe", "card_no": "418117XXXXXX6675"}  # fmt: skip

    def _ssl_validate(self, path: str, given: dict[str, Any], headers: dict[str, str]) -> tuple[int, Any]:
        found = [
            one
            for one in self.orders.values()
            if given["val_id"] == f"VAL{one['number']}" and one.get("paid")
        ]
        return 200, self._ssl_element(found[0]) if found else {"status": "INVALID_TRANSACTION"}

    def _ssl_transactions(self, path: str, given: dict[str, Any], headers: dict[str, str]) -> tuple[int, Any]:
        if "refund_amount" in given:
            self.given_back.append(("sslcommerz", given["bank_tran_id"], given["refund_amount"]))
            return 200, {
                "APIConnect": "DONE",
                "status": self.refund_state,
                "refund_ref_id": f"R{given['refe_id'][:6]}",
            }
        if "refund_ref_id" in given:
            return 200, {"APIConnect": "DONE", "status": self.refund_state, **given}
        found = [one for one in self.orders.values() if one["number"] == given["tran_id"] and one.get("paid")]
        return 200, {"APIConnect": "DONE", "element": [self._ssl_element(one) for one in found]}

    def _bkash(self, path: str, given: dict[str, Any], headers: dict[str, str]) -> tuple[int, Any]:
        if path.endswith("/token/grant"):
            good = (headers.get("username"), given.get("app_secret")) == ("u", "appsecret")
            return 200, {"statusCode": "0000", "id_token": "tok"} if good else {
                "statusCode": "2001",
                "statusMessage": "Invalid App Key",
            }
        assert (headers["authorization"], headers["x-app-key"]) == ("tok", "appkey")
        if path.endswith("/create"):
            reference = self._begin(
                "TR00", given["merchantInvoiceNumber"], given["amount"], given["currency"]
            )
            return 200, {
                "statusCode": "0000",
                "paymentID": reference,
                "bkashURL": f"{self.url}/page/{reference}",
            }
        order = self.orders[given["paymentID"]]
        if path.endswith("/payment/refund"):
            self.given_back.append(("bkash", given["trxID"], given["amount"]))
            return 200, {
                "statusCode": "0000",
                "transactionStatus": "Completed",
                "refundTrxID": f"RF{given['sku'][:5]}",
            }
        if path.endswith("/execute"):
            if not order.get("agreed") or order.get("paid"):
                return 200, {"statusCode": "2062", "statusMessage": "The payment has already been completed"}
            order |= {"paid": True, "trx": f"BK{given['paymentID']}"}
        state = "Completed" if order.get("paid") else "Initiated"
        return 200, {"statusCode": "0000", "paymentID": given["paymentID"], "trxID": order.get("trx"), "transactionStatus": state,
                     "amount": order["amount"], "currency": order["currency"], "merchantInvoiceNumber": order["number"]}  # fmt: skip

    def _razorpay(self, path: str, given: dict[str, Any], headers: dict[str, str]) -> tuple[int, Any]:
        sent = b64decode(headers["authorization"].removeprefix("Basic ")).decode()
        if sent != "rzp_test_1:rzpsecret":
            return 401, {"error": {"code": "BAD_REQUEST_ERROR"}}
        if path.endswith("/refund"):
            if given["receipt"] in self.refunds:
                return 400, {"error": {"code": "BAD_REQUEST_ERROR", "description": "receipt must be unique"}}
            self.given_back.append(("razorpay", path.split("/")[-2], str(given["amount"])))
            made = {"id": f"rfnd_{given['receipt'][-5:]}", "status": "processed", "receipt": given["receipt"]}
            self.refunds[given["receipt"]] = made
            return 200, made
        if path.endswith("/refunds"):
            return 200, {"entity": "collection", "items": list(self.refunds.values())}
        if "/refunds/" in path:
            return 200, next(one for one in self.refunds.values() if path.endswith(one["id"]))
        if path.endswith("/payment_links"):
            reference = self._begin("plink_", given["reference_id"], str(given["amount"]), given["currency"])
            return 200, {"id": reference, "short_url": f"{self.url}/page/{reference}", "status": "created"}
        reference = path.rpartition("/")[2]
        order = self.orders[reference]
        payments = (
            [{"payment_id": order["trx"], "amount": order["amount"], "status": "captured"}]
            if order.get("paid")
            else []
        )
        return 200, {
            "id": reference,
            "reference_id": order["number"],
            "currency": order["currency"],
            "status": "paid" if payments else "created",
            "payments": payments,
        }

    def _payhere(self, path: str, given: dict[str, Any], headers: dict[str, str]) -> tuple[int, Any]:
        if path.endswith("/oauth/token"):
            return 200, {"access_token": "pt"}
        assert headers["authorization"] == "Bearer pt"
        if path.endswith("/payment/search"):
            found = self.received.get(given["order_id"])
            return 200, {"status": 1 if found else -1, "msg": "Payments", "data": [found] if found else None}
        known = [one for one in self.received.values() if str(one["payment_id"]) == given["payment_id"]]
        if any(one["status"] == "REFUNDED" for one in known):
            return 200, {"status": -1, "msg": "Already refunded", "data": None}
        for one in known:
            one["status"] = "REFUNDED"
        self.given_back.append(("payhere", given["payment_id"], "whole"))
        return 200, {"status": 1, "msg": "Successfully refunded", "data": f"PR{given['payment_id']}"}


@contextmanager
def running(monkeypatch):
    """The server at work, and every adapter led to it."""
    providers = Providers()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if parts.path.startswith("/page/"):
                return self._send(200, b"<!doctype html><title>Pay</title><h1>Provider</h1>", "text/html")
            text = body.decode()
            form = json.loads(text) if text.startswith("{") else dict(parse_qsl(text))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, answer = providers.answer(
                self.command, parts.path, dict(parse_qsl(parts.query)), form, headers
            )
            if providers.drops and providers.drops in parts.path:
                self.close_connection = True
                return None
            return self._send(status, json.dumps(answer).encode(), "application/json")

        def _send(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _serve

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing: the test says what is wrong."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    providers.url = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr(stripe, "API", providers.url)
    monkeypatch.setattr(razorpay, "API", providers.url + "/razorpay")
    monkeypatch.setitem(sslcommerz.ADDRESSES, False, providers.url)
    monkeypatch.setitem(bkash.ADDRESSES, False, providers.url + "/bkash")
    monkeypatch.setitem(payhere.ADDRESSES, False, providers.url)
    # As if it had been fetched from Amazon before.
    monkeypatch.setitem(sns._certificates, CERTIFICATE_URL, providers.certificate())
    monkeypatch.setattr(bkash, "_tokens", {})
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield providers
    finally:
        server.shutdown()
        server.server_close()
