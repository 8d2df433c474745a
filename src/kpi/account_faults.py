"""What may be wrong with an account that is made or changed."""

from kpi.problems import N_, SaidError


class EmailTakenError(SaidError):
    """There is an account with the address already."""

    text = N_("There is an account with the e-mail address {email} already.")

    def __init__(self, email: str) -> None:
        super().__init__(email=email)


class NotAnEmailError(SaidError):
    """What was given as an e-mail address is none."""

    text = N_("“{found}” is no e-mail address.")

    def __init__(self, found: str) -> None:
        super().__init__(found=found)


class NotAnAccountError(SaidError):
    """What an account should say does not fit together."""

    text = N_(
        "An account needs a name and a role; a reporter's needs organisations from the list. "
        "One of the core team may have some, no other's does."
    )


class NoEmailError(NotAnEmailError):
    """No e-mail address was given."""

    text = N_("An account needs an e-mail address.")

    def __init__(self) -> None:
        super().__init__("")


class NoNameError(NotAnAccountError):
    """No name was given."""

    text = N_("An account needs a name.")


class NoOrganisationsError(NotAnAccountError):
    """No organisation was given for whoever is to report."""

    text = N_("A reporter's account needs organisations: those that the person reports for.")


class AccountDisabledError(SaidError):
    """A link was asked for that would not serve."""

    text = N_("The account of {email} is disabled. Enable it first; then a link serves.")

    def __init__(self, email: str) -> None:
        super().__init__(email=email)


class LastAdministratorError(SaidError):
    """The change would leave nobody to manage people."""

    text = N_("This is the last administrator who can sign in. Make somebody else one first.")
