"""django-newsletter sends one letter to many: `python -I django_rival.py PORT READERS BYTES` prints letters a second.

A program of its own, for its package bears the name of ours. Set up as its documentation says, on SQLite in memory;
letters without pictures, so that no package for those is needed.
"""

import sys
import time
from types import ModuleType
from typing import Any


def main(port: int, readers: int, size: int) -> float:
    from django.conf import settings
    from django.db.models import FileField

    pictures: Any = ModuleType("sorl.thumbnail.fields")
    pictures.ImageField = FileField
    sys.modules |= {"sorl": ModuleType("sorl"), "sorl.thumbnail": ModuleType("sorl.thumbnail")}
    sys.modules["sorl.thumbnail.fields"] = pictures

    apps = "contenttypes auth sites sessions messages".split()
    settings.configure(
        SECRET_KEY="rival",
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=[*(f"django.contrib.{app}" for app in apps), "newsletter"],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=port,
        SITE_ID=1,
        USE_TZ=True,
        MIGRATION_MODULES={"newsletter": None},
        ROOT_URLCONF="newsletter.urls",
        NEWSLETTER_CONFIRM_EMAIL=False,
    )
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, run_syncdb=True)
    submission = _submission(readers, size)
    began = time.perf_counter()
    submission.submit()
    return readers / (time.perf_counter() - began)


def _submission(readers: int, size: int) -> Any:
    from importlib import import_module

    models: Any = import_module("newsletter.models")
    from django.contrib.sites.models import Site

    sheet = models.Newsletter.objects.create(title="Weekly", slug="weekly", email="a@news.example", sender="Weekly")
    sheet.site.set(Site.objects.all())
    for number in range(readers):
        models.Subscription.objects.create(
            newsletter=sheet, email_field=f"reader{number}@mail.example", subscribed=True, name_field="Ann"
        )
    message = models.Message.objects.create(title="Week 11", slug="w11", newsletter=sheet)
    paragraph = "The quick data centre of 120 MW opens in March and its operator pays for power. "
    models.Article.objects.create(title="One", text=f"<p>{paragraph * (size // len(paragraph))}</p>", post=message)
    return models.Submission.from_message(message)


if __name__ == "__main__":
    print(main(*map(int, sys.argv[1:4])))
