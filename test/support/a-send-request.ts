import type { SendRequest } from '../../functions/gateway/send-request.ts';
import { aNumber } from '../unit/domain/some-rules.ts';

/** A parsed request to send 123456 to a British mobile. */
export function aSendRequest(changes: Partial<SendRequest> = {}): SendRequest {
  return {
    recipient: { kind: 'phone', number: aNumber('+447700900001') },
    code: '123456',
    channel: null,
    locale: null,
    clientIp: '203.0.113.7',
    app: null,
    messageType: null,
    door: 'legacy',
    ...changes,
  };
}

/** A request for another number. */
export function aSendRequestTo(number: string, changes: Partial<SendRequest> = {}): SendRequest {
  return aSendRequest({ recipient: { kind: 'phone', number: aNumber(number) }, ...changes });
}

/** A request for an e-mail address. */
export function anEmailRequest(changes: Partial<SendRequest> = {}): SendRequest {
  return aSendRequest({
    recipient: { kind: 'email', address: 'user@example.com' },
    channel: 'email',
    door: 'action',
    ...changes,
  });
}
