server=http://127.0.0.1:8740
token='Authorization: Bearer badge'

# A page of your own, as a draft.
curl -fsS -o /dev/null "$server/_control/pages" -H "$token" -d @- <<'PAGE'
{
  "id": "build-badge", "name": "Build badge", "width": 600, "height": 200, "backgroundColor": "#0f172a",
  "variables": [
    {"id": "v-project", "name": "project", "type": "string", "value": "proofreel"},
    {"id": "v-passed", "name": "passed", "type": "number", "value": 148},
    {"id": "v-total", "name": "total", "type": "number", "value": 151},
    {"id": "v-accent", "name": "accent", "type": "color", "value": "#34d399"}
  ],
  "layers": [
    {"type": "rectangle", "x": 0, "y": 0, "width": 12, "height": "{{ $_page.height }}", "fill": "{{ accent }}"},
    {"type": "text", "x": 48, "y": 32, "width": 504, "height": 70, "content": "{{ project }}", "weight": 700,
     "size": 52, "minimumSize": 20, "maximumLines": 1, "color": "#ffffff", "verticalAlign": "middle"},
    {"type": "text", "x": 48, "y": 104, "width": 504, "height": 32, "size": 24, "color": "#94a3b8",
     "content": "{{ passed }} of {{ total }} requirements", "verticalAlign": "middle"},
    {"type": "rectangle", "x": 48, "y": 154, "width": 504, "height": 10, "cornerRadius": 5, "fill": "#1e293b"},
    {"type": "rectangle", "x": 48, "y": 154, "width": "{{ 504 * clamp(passed / total, 0, 1) }}", "height": 10,
     "cornerRadius": 5, "fill": {"angle": 90, "stops": [{"offset": 0, "color": "{{ darken(accent, 0.4) }}"},
                                                       {"offset": 1, "color": "{{ accent }}"}]}}
  ]
}
PAGE

# Renders do not find it yet, but as a draft they do.
curl -s -o /dev/null -w '%{http_code}\n' "$server/api/render/build-badge" -H "$token"
curl -s -o /dev/null -w '%{http_code}\n' "$server/api/render/build-badge?draft=true" -H "$token"

# Published, it is rendered as it is now; an edit would not show before it is published again.
curl -fsS -o /dev/null -X POST "$server/_control/pages/build-badge/publish" -H "$token"
curl -fsS -G "$server/api/render/build-badge" -H "$token" -o "${TMPDIR:-/tmp}/badge.png" -w '%{http_code} %{content_type}\n' \
  --data-urlencode 'tweaks={"project": "Мой проект", "passed": 120}'

# Away with it.
curl -fsS -o /dev/null -X DELETE "$server/_control/pages/build-badge" -H "$token"
