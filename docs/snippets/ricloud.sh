server=http://127.0.0.1:8740
token='Authorization: Token readme'

# A receiver to play with, inside the server. It is broken: it answers 500.
inbox=$(curl -s -X POST "$server/_control/inboxes" -H "$token" -d '{"then": 500}')
hook=$(echo "$inbox" | sed -E 's/.*"url":"([^"]*)".*/\1/')
inbox_id=$(echo "$inbox" | sed -E 's/^\{"id":"([^"]*)".*/\1/')

# Register it. The config is new, and is tested in the background.
config=$(curl -s "$server/configs/webhook" -H "$token" -d "{\"url\": \"$hook\"}" | sed -E 's/^\{"id":([0-9]*).*/\1/')

# Wait until nothing is left to do. The config is invalid, and the task of the test says why.
curl -s -X POST "$server/_control/clock/advance" -H "$token" -d '{"seconds": 0}'; echo
curl -s "$server/configs/webhook/$config" -H "$token"; echo
curl -s "$server/tasks?type=webhook_config.test" -H "$token" | grep -o '"message":"[^"]*"'

# Repair the receiver, and test again; the answer is held until the test is over. Now the config is valid.
curl -s -o /dev/null -X PUT "$server/_control/inboxes/$inbox_id" -H "$token" -d '{"then": 200}'
curl -s -X POST "$server/configs/webhook/$config/test" -H "$token" -H 'Ricloud-Await: 5' | grep -o '"state":"[^"]*"'

# Make it the default of the organisation, and have something happen.
curl -s -o /dev/null "$server/organisation" -H "$token" -d "{\"webhook_config_default\": $config}"
curl -s -X POST "$server/_control/events" -H "$token" -d '{"type": "poll", "action": "completed"}'; echo
curl -s -X POST "$server/_control/clock/advance" -H "$token" -d '{"seconds": 0}'; echo
curl -s "$server/_control/inboxes/$inbox_id" -H "$token" | grep -o '"ricloud-signature":"[^"]*"'
