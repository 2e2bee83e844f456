"""The service's database: tables, migrations and what is asked of them."""
