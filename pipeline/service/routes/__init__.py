"""The routes of the API. A review page is a further module here, included in ``app``."""
