"""The forms of accounts and teams."""

from flask_babel import lazy_gettext as _l
from wtforms import (  # type: ignore[attr-defined]  # SelectChoice is newer than the types
    BooleanField,
    EmailField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
)

from app.accounts import accounts, passwords
from app.errors import Refused
from app.events import words
from app.events.members import Post
from app.web.organise.forms import DeskForm, cleaned
from app.web.words import WORDS

LANGUAGES = [SelectChoice("pl", "Polski"), SelectChoice("en", "English")]
POSTS = [SelectChoice(post.value, WORDS[Post, post]) for post in Post]
NEW = {"autocomplete": "new-password"}


def a_title(text: str) -> str:
    title = words.line(text)
    if not title:
        raise Refused(_l("Enter a title"))
    return words.within(title, 300, "title")


def an_address(text: str) -> str:
    """An address that accounts are known by."""
    return words.mailbox(text).casefold()


class AddressForm(DeskForm):
    email = EmailField(_l("E-mail address"), [cleaned(an_address)], render_kw={"autocomplete": "username"})


class NewPasswordForm(DeskForm):
    password = PasswordField(_l("New password"), [cleaned(passwords.checked)], render_kw=NEW)


class JoinForm(DeskForm):
    name = StringField(_l("First name and surname"), [cleaned(words.name)], render_kw={"autocomplete": "name"})
    password = PasswordField(_l("Password"), [cleaned(passwords.checked)], render_kw=NEW)


class AccountForm(DeskForm):
    name = StringField(_l("First name and surname"), [cleaned(words.name)], render_kw={"autocomplete": "name"})
    language = RadioField(_l("Language of letters to you"), choices=LANGUAGES)


class ChangePasswordForm(DeskForm):
    password = PasswordField(_l("Present password"), render_kw={"autocomplete": "current-password"})
    new_password = PasswordField(_l("New password"), [cleaned(passwords.checked)], render_kw=NEW)


class InviteForm(DeskForm):
    email = EmailField(_l("E-mail address"), [cleaned(an_address)], render_kw={"autocomplete": "off"})
    name = StringField(_l("First name and surname"), [cleaned(words.name)], render_kw={"autocomplete": "off"})
    post = SelectField(_l("Post"), choices=POSTS, default=Post.EDITOR.value)


class PostForm(DeskForm):
    post = SelectField(_l("Post"), choices=POSTS)


class ProgrammeForm(DeskForm):
    title = StringField(_l("Title"), [cleaned(a_title)])


class OpenAccountForm(DeskForm):
    email = EmailField(_l("E-mail address"), [cleaned(an_address)], render_kw={"autocomplete": "off"})
    name = StringField(_l("First name and surname"), [cleaned(words.name)], render_kw={"autocomplete": "off"})
    language = RadioField(_l("Language of letters"), choices=LANGUAGES, default=accounts.LANGUAGES[0])


class RightsForm(DeskForm):
    administrator = BooleanField(_l("Administrator"))
    creates = BooleanField(_l("May create events"))
