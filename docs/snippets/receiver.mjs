// WEBHOOK_SECRET=whsec_readme node receiver.mjs
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const secret = process.env.WEBHOOK_SECRET;
const port = Number(process.env.PORT ?? 9000);

function isGenuine(body, signature) {
  const expected = Buffer.from(createHmac("sha256", secret).update(body).digest("hex"));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const body = Buffer.concat(parts); // the bytes as they came, not parsed yet
  if (isGenuine(body, request.headers["x-webhook-signature"] ?? "")) {
    const command = JSON.parse(body).data;
    console.log(command.command_id, command.status);
    response.writeHead(200).end();
  } else {
    response.writeHead(401).end();
  }
}).listen(port, "127.0.0.1");
