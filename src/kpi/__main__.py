"""``python -m kpi`` is the command `kpi`."""

from kpi.cli import main

if __name__ == "__main__":
    main()
