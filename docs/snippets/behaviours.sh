server=http://127.0.0.1:8740
key='X-API-KEY: ffsk_readme'

# From now on, in this key's workspace alone: a third attempt comes a minute late, signatures are in capitals.
curl -fsS -o /dev/null -X PUT "$server/_control/behaviours" -H "$key" \
  -d '{"active": ["third-attempt-late", "signature-in-capitals"]}'

# What is switched on, and what there is.
curl -s "$server/_control/behaviours" -H "$key" | grep -o '"active":true' | wc -l
curl -s "$server/_control/behaviours" -H "$key" | grep -o '"active":' | wc -l

# Behave again.
curl -fsS -o /dev/null -X PUT "$server/_control/behaviours" -H "$key" -d '{"active": []}'
