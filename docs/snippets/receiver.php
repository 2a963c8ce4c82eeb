<?php
// WEBHOOK_SECRET=whsec_readme php -S 127.0.0.1:9000 receiver.php
$secret = getenv("WEBHOOK_SECRET") ?: throw new RuntimeException("WEBHOOK_SECRET is not set");

function isGenuine(string $body, string $signature, string $secret): bool {
    $expected = hash_hmac("sha256", $body, $secret);
    return hash_equals($expected, $signature);
}

$body = file_get_contents("php://input"); // the bytes as they came, not parsed yet
if (isGenuine($body, $_SERVER["HTTP_X_WEBHOOK_SIGNATURE"] ?? "", $secret)) {
    $command = json_decode($body, true)["data"];
    error_log($command["command_id"] . " " . $command["status"]);
    http_response_code(200);
} else {
    http_response_code(401);
}
