server=http://127.0.0.1:8740
token='Authorization: Bearer readme'
folder=$(mktemp -d)

# A card with words of your own, as PNG.
curl -fsS -G "$server/api/render/social-card" -H "$token" -o "$folder/card.png" \
  --data-urlencode 'tweak:title=Žluťoučký kůň, γάτα, ёж' --data-urlencode 'tweak:accent=#fbbf24'

# The same page by POST, as WebP.
curl -fsS "$server/api/render" -H "$token" -o "$folder/card.webp" \
  -d '{"pageId": "social-card", "format": "webp", "tweaks": {"title": "Žluťoučký kůň, γάτα, ёж", "accent": "#fbbf24"}}'

# A page that nobody has made.
curl -s "$server/api/render/none" -H "$token"; echo

# What the server did after these answers: the log has the very files that came, and two credits were counted.
curl -s -X POST "$server/_control/callbacks/settle" -H "$token"; echo
sha256sum "$folder"/card.* | cut -c -64
curl -s "$server/_control/renders" -H "$token" | grep -o '"sha256":"[^"]*"'
curl -s "$server/_control/credits" -H "$token"; echo
