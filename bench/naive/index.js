const functions = require('@google-cloud/functions-framework');
const twilio = require('twilio');
const { Firestore } = require('@google-cloud/firestore');
const jwt = require('jsonwebtoken');

// What the first version of this gateway becomes when it is moved to Cloud Functions line by line: the framework parses
// the body, the whole SDK is loaded, the rules are asked at each request, and one call follows the other.
// NAIVE_CLIENT=per-request makes a Twilio client for each request, as that version did; else one is shared.

const { TWILIO_ACCOUNT_SID, TWILIO_API_KEY_SID, TWILIO_API_KEY_SECRET, TWILIO_VERIFY_SERVICE_SID } =
  process.env;
const SUCCESS_EVENTS = ['s', 'scoa', 'sepft', 'sepotpft', 'seacft'];

const firestore = new Firestore({ projectId: process.env.GOOGLE_CLOUD_PROJECT });
const shared = process.env.NAIVE_CLIENT === 'per-request' ? null : createClient();

function createClient() {
  const client = twilio(TWILIO_API_KEY_SID, TWILIO_API_KEY_SECRET, { accountSid: TWILIO_ACCOUNT_SID });
  client.lookups.baseUrl = process.env.TWILIO_API_BASE_URL;
  client.verify.baseUrl = process.env.TWILIO_API_BASE_URL;
  return client;
}

async function isBlocked({ mobileCountryCode, mobileNetworkCode }) {
  const found = await firestore
    .collection('blocklist')
    .where('mcc', '==', mobileCountryCode)
    .where('mnc', '==', mobileNetworkCode)
    .limit(1)
    .get();
  return !found.empty;
}

functions.http('gateway', async (req, res) => {
  try {
    const token = (req.headers.authorization ?? '').replace('Bearer ', '');
    jwt.verify(token, process.env.GATEWAY_SECRETS, {
      algorithms: ['HS256'],
      audience: 'urn:sms-gateway',
      subject: 'urn:Auth0',
    });
  } catch {
    res.status(401).json({ error: 'unauthorized' });
    return;
  }
  try {
    const { recipient, body, req: original } = req.body;
    const client = shared ?? createClient();
    const lookup = await client.lookups.v2
      .phoneNumbers(recipient)
      .fetch({ fields: 'line_type_intelligence' });
    if (await isBlocked(lookup.lineTypeIntelligence)) {
      res.status(403).json({ error: 'blocked' });
      return;
    }
    const verification = await client.verify.v2.services(TWILIO_VERIFY_SERVICE_SID).verifications.create({
      to: recipient,
      channel: 'sms',
      customCode: body.match(/\d{6}/)[0],
      rateLimits: { ip_and_phone: `${recipient}|${original.ip}` },
    });
    console.log(`sent ${verification.sid}`);
    res.status(200).json({ sid: verification.sid });
  } catch (error) {
    console.error(error.message);
    res.status(500).json({ error: 'failed' });
  }
});

functions.http('log-stream', async (req, res) => {
  if (req.headers.authorization !== process.env.LOG_STREAM_TOKENS) {
    res.status(401).json({ error: 'unauthorized' });
    return;
  }
  const client = shared ?? createClient();
  for (const { data } of req.body) {
    if (!SUCCESS_EVENTS.includes(data.type) || data.connection !== 'sms') continue;
    try {
      await client.verify.v2
        .services(TWILIO_VERIFY_SERVICE_SID)
        .verifications(data.user_name)
        .update({ status: 'approved' });
    } catch (error) {
      console.error(error.message);
    }
  }
  res.status(200).json({ received: req.body.length });
});
