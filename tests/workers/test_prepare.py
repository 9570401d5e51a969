import pytest
from django.contrib.auth import authenticate

from workers.prepare import demo_accounts

pytestmark = pytest.mark.django_db


def test_two_accounts_are_made_once_and_work(state):
    listener, admin = demo_accounts()
    assert demo_accounts() == [listener, admin]
    assert authenticate(username=listener.username, password=listener.password).is_superuser is False
    assert authenticate(username=admin.username, password=admin.password).is_superuser is True
    assert (state / "demo-accounts.json").stat().st_mode & 0o077 == 0


def test_a_service_with_users_of_its_own_gets_none(django_user_model):
    django_user_model.objects.create_user("ada")
    assert demo_accounts() == []
    assert django_user_model.objects.count() == 1
