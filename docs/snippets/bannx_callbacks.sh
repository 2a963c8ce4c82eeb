server=http://127.0.0.1:8740
token='Authorization: Bearer failing'

# From now on, in this space alone, no upload succeeds; the render is answered as ever.
curl -s "$server/_control/callbacks" -H "$token" -d '{"step": "upload", "fault": "fail"}'; echo
curl -s -o /dev/null -w '%{http_code} %{content_type}\n' "$server/api/render/square" -H "$token"

# The log has its request without a file; the credit is counted all the same.
curl -s -X POST "$server/_control/callbacks/settle" -H "$token"; echo
curl -s "$server/_control/renders" -H "$token" | grep -o '"file":null'
curl -s "$server/_control/credits" -H "$token"; echo

# An upload that takes ten seconds keeps nobody waiting either.
curl -s "$server/_control/callbacks" -H "$token" -d '{"step": "upload", "fault": "hang"}'; echo
curl -s -o /dev/null -w '%{http_code} %{content_type}\n' "$server/api/render/square" -H "$token"

# Behave again, and start over: no log, no credits, no pages of your own.
curl -s "$server/_control/callbacks" -H "$token" -d '{"step": "upload", "fault": null}'; echo
curl -s -X POST "$server/_control/reset" -H "$token"; echo
