import type { StandInAnswer, StandInRequest } from './google-stand-in.ts';

/** An attempt as Twilio's list shows it: whatever is not named is in order and not converted. */
export function aTwilioAttempt(index: number, changes: Readonly<Record<string, unknown>> = {}): unknown {
  const sid = `VL${String(index).padStart(32, '0')}`;
  const channelData = {
    to: `+4477009${String(index).padStart(5, '0')}`,
    country: 'GB',
    mcc: '234',
    mnc: '51',
    carrier: 'Relish',
  };
  return {
    sid,
    service_sid: `VA${'5'.repeat(32)}`,
    date_created: '2026-11-24T11:30:00Z',
    conversion_status: 'unconverted',
    channel: 'sms',
    price: { value: '0.08', currency: 'usd' },
    channel_data: channelData,
    ...changes,
  };
}

/** Answers pages of one attempt each; the host is that of the request. */
export function pagesOf(count: number): (request: StandInRequest) => StandInAnswer {
  return ({ url, headers }) => {
    const page = Number(new URL(url, 'http://here').searchParams.get('Page') ?? '0');
    const next = `http://${headers.host ?? ''}/v2/Attempts?Page=${page + 1}&PageToken=PT${page}`;
    const meta = { key: 'attempts', page, next_page_url: page + 1 < count ? next : null };
    return { status: 200, body: { attempts: [aTwilioAttempt(page)], meta } };
  };
}
