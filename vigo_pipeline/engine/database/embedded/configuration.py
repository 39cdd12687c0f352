"""What the embedded server is told at every start, so that no home depends on how it was made."""

from collections.abc import Iterable
from types import MappingProxyType

# What keeps persons out of a PostgreSQL's own log: the setting, what it may be, what it means. The
# first of the allowed values is the one to set. A statement that fails is told to the one who
# asked; the log would quote the row («Failing row contains …») or the value.
UTEN_PERSONER: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        "log_min_messages": ("log", "fatal", "panic"),
        "log_min_error_statement": ("panic",),
        "log_parameter_max_length_on_error": ("0",),
        "log_statement": ("none", "ddl"),
        "log_min_duration_statement": ("-1",),
        "log_min_duration_sample": ("-1",),
        "log_transaction_sample_rate": ("0",),
    }
)

# Modules that log statements on their own; unset where the module is not loaded.
UTEN_PERSONER_MODULER: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        "auto_explain.log_min_duration": ("-1",),
        "pgaudit.log": ("none", "", "ddl", "role", "role, ddl", "ddl, role"),
    }
)

INNEBYGD: MappingProxyType[str, str] = MappingProxyType(
    {
        **{navn: lovlige[0] for navn, lovlige in UTEN_PERSONER.items()},
        # A backend that is killed is logged with what it did; terse leaves that out.
        "log_error_verbosity": "terse",
        "logging_collector": "off",
        "log_destination": "stderr",
        # Only the socket: nobody reaches the server over the network.
        "listen_addresses": "",
        "port": "5432",
        "unix_socket_permissions": "0700",
        # A national load writes a gigabyte or two; the default would checkpoint all the way.
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        # A used file of the log is removed, and not kept for later with the rows that were in it.
        "wal_recycle": "off",
        "jit": "off",
    }
)

# What is said in the address, so that PG* in the environment says nothing of this connection. No
# blanks: SQLAlchemy writes them in a way that libpq does not read.
FORBINDELSE: MappingProxyType[str, str] = MappingProxyType(
    {
        "require_auth": "none",
        "sslmode": "disable",
        "gssencmode": "disable",
        "channel_binding": "disable",
        "target_session_attrs": "any",
        "client_encoding": "utf8",
        # Something that every role may set, and that the server has already.
        "options": "--jit=off",
    }
)
# These lead to another server, and nothing in an address stops them: an empty value is lost.
IKKE_I_ADRESSEN = ("PGHOSTADDR", "PGSERVICE")

# Who may connect is written anew at each start: earlier versions let everybody in.
HBA = "local all all peer map=vigo\n"


def ident(brukere: Iterable[str]) -> str:
    r"""Return pg_ident.conf: the users of the machine who may be any role.

    >>> ident(["kari"])
    'vigo "kari" all\n'
    """
    return "".join('vigo "{}" all\n'.format(b.replace('"', '""')) for b in brukere)


def arguments(sokkel: str) -> list[str]:
    """Return the settings as arguments of ``postgres``, with the folder of its socket."""
    mappe = '"{}"'.format(sokkel.replace('"', '""'))
    alle = {**INNEBYGD, "unix_socket_directories": mappe}
    return [a for navn, verdi in alle.items() for a in ("-c", f"{navn}={verdi}")]
