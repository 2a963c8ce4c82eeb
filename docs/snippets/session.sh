server=http://127.0.0.1:8740
key='X-API-KEY: ffsk_readme'
json='Content-Type: application/json'

# An input to work on, and something that serves it. Any URL of yours will do.
folder=$(mktemp -d)
{ echo P6 320 180 255; head -c 172800 /dev/urandom; } > "$folder/noise.ppm"
python3 -m http.server 9001 --bind 127.0.0.1 --directory "$folder" > /dev/null 2>&1 &
until curl -s -o "$folder/test" http://127.0.0.1:9001/noise.ppm; do sleep 0.1; done

# Configure the webhook. Port 9000 is where the receivers below listen; nobody has to.
curl -X PUT "$server/api/v1/webhook-config" -H "$key" -H "$json" \
  -d '{"url": "http://127.0.0.1:9000/webhooks/renderio", "secret": "whsec_readme"}'; echo

# Submit a command.
id=$(curl -s -X POST "$server/api/v1/run-ffmpeg-command" -H "$key" -H "$json" -d '{
  "input_files": {"in_picture": "http://127.0.0.1:9001/noise.ppm"},
  "output_files": {"out_picture": "small.png"},
  "ffmpeg_command": "ffmpeg -i {{in_picture}} -vf scale=160:-1 {{out_picture}}"
}' | sed 's/.*"command_id":"\([^"]*\)".*/\1/')

# Poll until it is over.
until curl -s "$server/api/v1/commands/$id" -H "$key" | grep -E '"status":"(SUCCESS|FAILED)"'; do sleep 0.2; done

# The first attempt is made at once, the second one 5 s later: move the clock, and look at both.
curl -X POST "$server/_control/clock/advance" -H "$key" -d '{"seconds": 5}'; echo
curl "$server/_control/deliveries" -H "$key"; echo

# Move it through the rest of the schedule. Where nobody listened, the webhook is disabled now.
curl -X POST "$server/_control/clock/advance" -H "$key" -d '{"seconds": 99300}'; echo
curl "$server/api/v1/webhook-config" -H "$key"; echo

# Start over: no configuration, no commands, no deliveries, and a clock that begins anew.
curl -X POST "$server/_control/reset" -H "$key"; echo
kill $!
