"""The file as its people see it: whose turn it is, the way, the four lines of the letter."""

from flask import redirect, render_template
from flask_login import current_user
from werkzeug.wrappers import Response

from maerker.web.access import may, signed_in
from onboarding.applications.actions import this_file
from onboarding.applications.history import history
from onboarding.applications.kommunen import kommune_line
from onboarding.applications.permissions import FilePermission
from onboarding.applications.standing import steps_now
from onboarding.joining.blueprint import blueprint
from onboarding.steps import SIDE_LABELS, STANDING_LABELS, letter, turn


@blueprint.get("/akte")
@signed_in
def show_file() -> Response | str:
    """Where the Kommune stands. Who is not let in yet is told so."""
    if not current_user.let_in:
        return render_template("joining/not_let_in.html")
    file, now_standing = this_file(), steps_now()
    return render_template(
        "joining/file.html", file=file, kommune=kommune_line(file.municipality_id), steps=now_standing,
        turn=turn(now_standing), letter=letter(now_standing), standings=STANDING_LABELS, sides=SIDE_LABELS,
        nav_current="file",
    )


@blueprint.get("/akte/verlauf")
@may(FilePermission.see_file)
def show_history() -> str:
    """Every act of either side."""
    return render_template("joining/history.html", file=this_file(), events=history(), nav_current="history")


@blueprint.get("/akte/")
@signed_in
def to_file() -> Response:
    return redirect("/akte", 301)
