"""The bulk statements of the measured world. Each takes the values of `bench.world.add_reports` or `add_towns`.

`pick(n, salt)` is a fixed, even mixture: the same row always gets the same words.
"""

DESCRIPTIONS = (
    "Vor dem Haus ist ein tiefes Schlagloch, Räder schlagen durch.",
    "Der Papierkorb an der Haltestelle läuft seit Tagen über.",
    "Die Laterne vor der Kita ist dunkel, abends ist der Weg nicht zu sehen.",
    "Auf dem Gehweg liegen Scherben und alte Möbel.",
    "Die Ampel zeigt in Richtung Bahnhof dauernd Rot.",
    "Auf dem Spielplatz ist die Schaukel gebrochen, eine Kette hängt herab.",
    "Ein Ast ragt so tief in den Radweg, dass man absteigen muss.",
    "Die Wand der Unterführung ist beschmiert worden.",
    "Das Schild für die Umleitung ist verdreht und führt in die Sackgasse.",
    "Der Bord ist zu hoch, mit dem Rollstuhl kommt man nicht über die Straße.",
    "Aus dem Gully riecht es stark, besonders bei warmem Wetter.",
    "Der Weg zum Friedhof ist nicht gestreut.",
    "Die Bank am Markt ist zerstört, Bretter mit Nägeln liegen herum.",
    "An der Brücke hängen alte Plakate, die sich lösen.",
    "Nach dem Regen steht das Wasser zentimetertief auf der Fahrbahn.",
    "Die Platten sind lose, eine ältere Frau ist dort schon gestürzt.",
    "Neben dem Container für Glas wird ständig Hausmüll abgestellt.",
    "Die Hecke verdeckt die Sicht an der Kreuzung.",
    "Der Handlauf an der Treppe fehlt.",
    "Bitte sehen Sie sich das bald an, hier gehen viele Kinder zur Schule.",
)
STREETS = tuple(
    f"{name}straße" for name in (
        "Bahnhof", "Markt", "Schul", "Garten", "Berg", "Dorf", "Park", "Wald", "Linden", "Ring", "Kirch", "Mühlen",
        "Goethe", "Schiller", "Puschkin", "Karl-Liebknecht-", "Thiem", "Straßburger ", "Dresdener ", "Berliner ",
    )
)
ANSWERS = (
    "Vielen Dank für Ihren Hinweis. Der Bauhof ist beauftragt und wird den Schaden in den nächsten Tagen beheben.",
    "Der Schaden wurde behoben. Vielen Dank für Ihre Mithilfe.",
)


def pick(what: str, salt: int, most: str) -> str:
    """SQL: a number from 0 to `most` - 1, evenly mixed from the integer expression `what`."""
    return f"((hashint4(({what})::int + {salt * 7_654_321}) & 2147483647) %% {most})"


def _word(of: str, what: str, salt: int) -> str:
    """SQL: one of the words in the array parameter `of`."""
    return f"(%({of})s::text[])[1 + {pick(what, salt, f'cardinality(%({of})s::text[])')}]"


_REPORT_COLUMNS = (
    "tenant_id, number, submission, tracking_hash, received_at, category, description, street, house_number, district,"
    " lat, lon, state, release, version, department_id, public_text, publication_due_at, first_answer_due_at,"
    " forwarding_due_at, publication_stopped_at, first_answer_stopped_at, forwarding_stopped_at, calendar_version,"
    " next_due_at, closed_at, updated_at"
)


def _reports(source: str, tenant: str, mix: str, opened: str, south: str, west: str) -> str:
    """INSERT of reports from rows `g` (1 is the oldest) of `source`; the last `opened` are open."""
    state = (
        f"CASE WHEN NOT open THEN CASE WHEN {pick(mix, 1, '100')} < 86 THEN 'done' ELSE 'closed_unresolved' END"
        f" ELSE (ARRAY['received', 'received', 'accepted', 'in_progress', 'in_progress'])[1 + {pick(mix, 2, '5')}] END"
    )
    words = " || ' ' || ".join(_word("descriptions", mix, salt) for salt in (3, 4, 5))
    # The four statements of a report's clocks: promised, and stopped in time where the report has left `received`.
    return (
        f"WITH dated AS (SELECT *, g > %(n)s - {opened} AS open,"
        " %(at)s::timestamptz - (%(n)s - g + 1) * (interval '3650 days' / %(n)s) AS received"
        f" FROM {source}), made AS (SELECT *, {state} AS state, extract(year FROM received)::int AS year FROM dated)"
        f" INSERT INTO reports ({_REPORT_COLUMNS}) SELECT {tenant},"
        f" year || '-' || lpad(row_number() OVER (PARTITION BY {tenant}, year ORDER BY g)::text, 6, '0'),"
        " gen_random_uuid(), sha256(gen_random_uuid()::text::bytea), received,"
        f" {_word('keys', mix, 6)}, {words}, {_word('streets', mix, 7)}, (1 + {pick(mix, 8, '120')})::text,"
        f" {_word('places', mix, 9)}, {south} + {pick(mix, 10, '10000')} / 100000.0,"
        f" {west} + {pick(mix, 11, '10000')} / 100000.0, state,"
        " CASE state WHEN 'received' THEN 'waiting' ELSE"
        f" CASE WHEN {pick(mix, 12, '100')} < 92 THEN 'published' ELSE 'not_public' END END,"
        " CASE state WHEN 'received' THEN 1 WHEN 'accepted' THEN 3 ELSE 4 END,"
        f" CASE state WHEN 'received' THEN NULL ELSE (SELECT min(d.id) FROM departments d WHERE d.tenant_id = {tenant})"
        f" + {pick(mix, 13, '8')} END,"
        f" {words}, received + interval '1 day', received + interval '3 days', received + interval '3 days',"
        " CASE state WHEN 'received' THEN NULL ELSE received + interval '4 hours' END,"
        " CASE WHEN state IN ('received', 'accepted') THEN NULL ELSE received + interval '2 days' END,"
        " CASE state WHEN 'received' THEN NULL ELSE received + interval '5 hours' END, 1,"
        f" CASE WHEN open THEN %(at)s::timestamptz + {pick(mix, 14, '240')} * interval '1 hour' - interval '2 days'"
        " END,"
        " CASE WHEN NOT open THEN received + interval '9 days' END, received + interval '9 days'"
        " FROM made"
    )


def _publications(tenants: str) -> str:
    answer = (
        "jsonb_build_object('at', to_char(r.received_at + interval '2 days', 'YYYY-MM-DD\"T\"HH24:MI:SSOF\":00\"'),"
        f" 'text', '{ANSWERS[0]}', 'state', 'in_progress')"
    )
    last = (
        "jsonb_build_object('at', to_char(r.received_at + interval '9 days', 'YYYY-MM-DD\"T\"HH24:MI:SSOF\":00\"'),"
        f" 'text', '{ANSWERS[1]}', 'state', r.state)"
    )
    return (
        "INSERT INTO publications (tenant_id, report_id, number, category, state, description, street, house_number,"
        " district, lat, lon, photos, answers, closed_reason, received_at, published_at, updated_at, expected_at)"
        " SELECT r.tenant_id, r.id, r.number, r.category, r.state, r.public_text, r.street, r.house_number, r.district,"
        " r.lat, r.lon, CASE WHEN r.id %% 3 = 0 THEN jsonb_build_array(jsonb_build_object('file', md5(r.id::text),"
        " 'alt', 'Das Foto zeigt die Stelle', 'width', 1600, 'height', 1200)) ELSE '[]' END,"
        f" CASE WHEN r.state = 'accepted' THEN '[]' WHEN r.state = 'in_progress' THEN jsonb_build_array({answer})"
        f" ELSE jsonb_build_array({answer}, {last}) END,"
        " CASE r.state WHEN 'closed_unresolved' THEN 'no_funds' ELSE '' END,"
        " r.received_at, r.received_at + interval '4 hours', r.updated_at,"
        " CASE WHEN r.closed_at IS NULL THEN r.received_at + interval '30 days' END"
        f" FROM reports r WHERE r.release = 'published' AND {tenants} ORDER BY r.id"
    )


def _events(tenants: str) -> str:
    """What each report has gone through: sent, released, answered, closed."""
    return (
        "INSERT INTO report_events (tenant_id, report_id, at, verb, actor_kind, actor_name, state_before, state_after,"
        " release_before, release_after, public_text)"
        " SELECT r.tenant_id, r.id, r.received_at + step.after, step.verb,"
        " CASE step.n WHEN 1 THEN 'citizen' ELSE 'staff' END, CASE step.n WHEN 1 THEN '' ELSE 'Rita Noack' END,"
        " CASE step.n WHEN 1 THEN NULL ELSE 'received' END, CASE step.n WHEN 4 THEN r.state ELSE step.state END,"
        " CASE step.n WHEN 1 THEN NULL ELSE 'waiting' END, CASE step.n WHEN 1 THEN 'waiting' ELSE r.release END,"
        " step.words FROM reports r JOIN (VALUES"
        " (1, interval '0', 'submit', 'received', ''), (2, interval '4 hours', 'publish', 'received', ''),"
        " (3, interval '5 hours', 'accept', 'accepted', ''),"
        f" (4, interval '2 days', 'answer', 'in_progress', '{ANSWERS[0]}')"
        f" ) AS step (n, after, verb, state, words) ON step.n <= r.version WHERE {tenants} ORDER BY r.id, step.n"
    )


_OWN = "tenant_id = %(tenant)s::uuid"
_SLUGS = "(SELECT 'ort-' || generate_series(%(first)s::int, %(last)s::int))"
_OTHERS = f"r.tenant_id IN (SELECT id FROM tenants WHERE slug IN {_SLUGS})"

REPORTS = _reports("generate_series(1, %(n)s) g", "%(tenant)s::uuid", "g", "%(open)s", "%(south)s", "%(west)s")
PUBLICATIONS = _publications(f"r.{_OWN}")
EVENTS = _events(f"r.{_OWN}")
CONTACTS = (
    "INSERT INTO report_contacts (tenant_id, report_id, name, email) SELECT tenant_id, id, 'Karin Melder',"
    f" 'melder-' || id || '@example.org' FROM reports WHERE {_OWN} AND id %% 5 < 2"
)
PHOTOS = (
    "INSERT INTO report_photos (tenant_id, report_id, position, file, original_name, width, height, rendered_at)"
    " SELECT tenant_id, id, 1, md5(id::text), 'IMG_2041.JPG', 1600, 1200, received_at + interval '1 minute'"
    f" FROM reports WHERE {_OWN} AND id %% 3 = 0"
)
# Finished postings are kept for thirty days.
FINISHED_POSTINGS = (
    "INSERT INTO outbox (tenant_id, kind, subject_id, posted_at, taken_at, done_at) SELECT tenant_id, kind, id,"
    " received_at, received_at, received_at + interval '1 second' FROM reports,"
    " (VALUES ('mail_editors'), ('mail_receipt')) AS posted (kind)"
    f" WHERE {_OWN} AND received_at > %(at)s::timestamptz - interval '30 days'"
)
NUMBERS = (
    "INSERT INTO report_numbers (tenant_id, year, last) SELECT tenant_id, split_part(number, '-', 1)::int, count(*)"
    f" FROM reports WHERE {_OWN} GROUP BY 1, 2"
)

_NEW = f"(SELECT t.id AS new_id, t.slug, t.name FROM tenants t WHERE t.slug IN {_SLUGS}) new"
_EACH = "generate_series(%(first)s::int, %(last)s::int) g"


def _copied(table: str, columns: str, **changes: str) -> str:
    """The busiest town's rows of a table of configuration, once for each other town."""
    names = [name.strip() for name in columns.split(",")]
    values = ", ".join(changes.get(name, f"old.{name}") for name in names)
    return (
        f"INSERT INTO {table} (tenant_id, {columns}) SELECT new.new_id, {values} FROM {table} old, {_NEW}"
        f" WHERE old.{_OWN} ORDER BY new.new_id"
    )


_CORNER = "(52 + ({0} / 100) * 0.2)", "(15 + ({0} %% 100) * 0.2)"
_SQUARE_SOUTH, _SQUARE_WEST = (part.format("g") for part in _CORNER)
_RING = (  # in hundred-thousandths of a degree, see MunicipalityRing
    "format('((%%s,%%s),(%%s,%%s),(%%s,%%s),(%%s,%%s))', west, south, west + 10000, south, west + 10000,"
    " south + 10000, west, south + 10000)::polygon"
)
_ORT = "format('1299%%s', lpad(g::text, 5, '0'))"
MORE_TOWNS = (
    f"INSERT INTO municipalities (id, ars, name, kind) SELECT gen_random_uuid(), {_ORT}, 'Ort ' || g, 'Gemeinde'"
    f" FROM {_EACH}",
    "INSERT INTO municipality_areas (municipality_id, ars, name, geometry, min_lat, max_lat, min_lon, max_lon)"
    f" SELECT m.id, {_ORT} || '000', m.name, '{{\"type\": \"MultiPolygon\", \"coordinates\": []}}',"
    f" {_SQUARE_SOUTH}, {_SQUARE_SOUTH} + 0.1, {_SQUARE_WEST}, {_SQUARE_WEST} + 0.1"
    f" FROM {_EACH} JOIN municipalities m ON m.ars = {_ORT}",
    f"INSERT INTO municipality_rings (area_id, is_hole, ring) SELECT id, false, {_RING} FROM (SELECT a.id,"
    " round(a.min_lon * 100000) AS west, round(a.min_lat * 100000) AS south"
    f" FROM {_EACH} JOIN municipality_areas a ON a.ars = {_ORT} || '000') area",
    "INSERT INTO tenants (id, municipality_id, slug, name, state) SELECT gen_random_uuid(), m.id, 'ort-' || g, m.name,"
    f" 'live' FROM {_EACH} JOIN municipalities m ON m.ars = {_ORT}",
    "INSERT INTO tenant_hosts (host, tenant_id, is_main) SELECT slug || substr(%(host)s, strpos(%(host)s, '.')), id,"
    f" true FROM tenants WHERE slug IN {_SLUGS}",
    _copied(
        "profiles",
        "official_name, phone, email, editors_mailbox, street, postal_code, city, responsible, arms_svg",
        official_name="'Gemeinde ' || new.name", responsible="'Gemeinde ' || new.name",
    ),
    _copied("departments", "name, short_name, mailbox"),
    _copied("places", "name, lat, lon, position"),
    _copied("categories", "key, name, hint, position"),
    _reports(
        f"{_NEW}, generate_series(1, %(n)s) g", "new_id", "g + hashtext(new_id::text) %% 1000000", "4", "52", "15"
    ),
    _publications(_OTHERS),
    _events(_OTHERS),
    "INSERT INTO report_numbers (tenant_id, year, last) SELECT r.tenant_id, split_part(r.number, '-', 1)::int, count(*)"
    f" FROM reports r WHERE {_OTHERS} GROUP BY 1, 2",
)
