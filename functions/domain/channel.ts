/** The ways to deliver a code, in the words of Twilio Verify. */
export const CHANNELS = ['sms', 'call', 'whatsapp', 'email'] as const;

/** A way to deliver a code. */
export type Channel = (typeof CHANNELS)[number];

/** Reads a channel in exactly Verify's spelling (`call`, not `voice`); null for anything else. */
export function parseChannel(text: unknown): Channel | null {
  return CHANNELS.find((channel) => channel === text) ?? null;
}
