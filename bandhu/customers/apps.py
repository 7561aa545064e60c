from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "bandhu.customers"
    label = "customers"
