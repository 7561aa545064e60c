"""The providers customers can pay through. A new one is a module with a `Gateway` and a line here."""

from bandhu.billing.gateways.bkash import Bkash
from bandhu.billing.gateways.payhere import PayHere
from bandhu.billing.gateways.port import Gateway
from bandhu.billing.gateways.razorpay import Razorpay
from bandhu.billing.gateways.sslcommerz import SslCommerz
from bandhu.billing.gateways.stripe import Stripe

GATEWAYS: dict[str, Gateway] = {
    one.name: one for one in (Stripe(), SslCommerz(), Bkash(), Razorpay(), PayHere())
}
