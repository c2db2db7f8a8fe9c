/** The body of Auth0's custom SMS gateway call; `undefined` leaves a member out. */
export function aGatewayBody(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    recipient: '+447700900001',
    body: 'Your verification code is: 123456',
    sender: '+447700900999',
    req: { ip: '203.0.113.7', 'user-agent': 'Mozilla/5.0' },
    ...changes,
  };
}

/** The body that our Action posts; `undefined` leaves a member out. */
export function anActionBody(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    v: 1,
    recipient: '+447700900001',
    code: '123456',
    locale: 'de',
    message_type: 'otp_verify',
    req: { ip: '203.0.113.7', 'user-agent': 'Mozilla/5.0' },
    client_id: 'client',
    app: 'Acme',
    tenant: 'acme',
    correlation_id: 'c0ffee',
    ...changes,
  };
}

/** A body as bytes. */
export function bytesOf(body: unknown): Buffer {
  return Buffer.from(JSON.stringify(body));
}
