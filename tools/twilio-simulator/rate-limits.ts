import { isoTime } from './iso-time.ts';
import { pageReply } from './page.ts';
import type { Call, Handler, Reply } from './reply.ts';
import type { Bucket, RateLimit, Service } from './service-store.ts';
import type { ServicesContext } from './services.ts';
import { invalidParameter, notFound, twilioError } from './twilio-error.ts';

/** The operations on programmable rate limits and their buckets. */
export interface RateLimits {
  readonly list: Handler;
  readonly create: Handler;
  readonly fetch: Handler;
  readonly listBuckets: Handler;
  readonly createBucket: Handler;
  readonly updateBucket: Handler;
}

const UNIQUE_NAME = /^[A-Za-z0-9._-]{1,200}$/;

/** Makes the operations on rate limits. */
export function createRateLimits(context: ServicesContext): RateLimits {
  const { services } = context;
  const withService = (act: (service: Service, call: Call) => Reply) => (call: Call) => {
    const service = services.get(call.ids[0] ?? '');
    return service === undefined ? notFound(call.path) : act(service, call);
  };
  const withLimit = (act: (limit: RateLimit, service: Service, call: Call) => Reply) =>
    withService((service, call) => {
      const limit = service.rateLimits.find(({ sid }) => sid === call.ids[1]);
      return limit === undefined ? notFound(call.path) : act(limit, service, call);
    });
  const showLimit = (service: Service, call: Call) => (limit: RateLimit) =>
    limitAnswer(limit, service, context, call);
  const showBucket = (limit: RateLimit, service: Service, call: Call) => (bucket: Bucket) =>
    bucketAnswer(bucket, limit, service, context, call);

  return {
    list: withService((service, call) =>
      pageReply(call, 'rate_limits', service.rateLimits.toReversed(), showLimit(service, call)),
    ),
    create: withService((service, call) => {
      const { UniqueName: name = '', Description: description = null } = call.params;
      if (!UNIQUE_NAME.test(name)) return twilioError(60209);
      if (service.rateLimits.some(({ uniqueName }) => uniqueName === name)) return twilioError(60208);
      const limit = services.addRateLimit(service, name, description);
      return { status: 201, body: showLimit(service, call)(limit) };
    }),
    fetch: withLimit((limit, service, call) => ({ status: 200, body: showLimit(service, call)(limit) })),
    listBuckets: withLimit((limit, service, call) =>
      pageReply(call, 'buckets', limit.buckets.toReversed(), showBucket(limit, service, call)),
    ),
    createBucket: withLimit((limit, service, call) => {
      const sizes = sizesOf(call, limit);
      if ('reply' in sizes) return sizes.reply;
      const bucket = services.addBucket(limit, sizes.max, sizes.interval);
      return { status: 201, body: showBucket(limit, service, call)(bucket) };
    }),
    updateBucket: withLimit((limit, service, call) => {
      const bucket = limit.buckets.find(({ sid }) => sid === call.ids[2]);
      if (bucket === undefined) return notFound(call.path);
      const sizes = sizesOf(call, limit, bucket);
      if ('reply' in sizes) return sizes.reply;
      bucket.max = sizes.max;
      bucket.intervalSeconds = sizes.interval;
      bucket.updatedAtMs = context.nowMs();
      return { status: 200, body: showBucket(limit, service, call)(bucket) };
    }),
  };
}

// `current` is the bucket that is changed; a new one must name both sizes.
function sizesOf(
  { params }: Call,
  limit: RateLimit,
  current?: Bucket,
): { readonly max: number; readonly interval: number } | { readonly reply: Reply } {
  const sizes = {
    Max: params['Max'] ?? current?.max,
    Interval: params['Interval'] ?? current?.intervalSeconds,
  };
  for (const [name, size] of Object.entries(sizes)) {
    if (size === undefined)
      return { reply: twilioError(60200, { message: `Missing required parameter ${name}` }) };
    if (!/^[1-9]\d{0,8}$/.test(String(size))) return { reply: invalidParameter(name, String(size)) };
  }
  const interval = Number(sizes.Interval);
  const isTaken = limit.buckets.some((other) => other !== current && other.intervalSeconds === interval);
  return isTaken ? { reply: twilioError(60211) } : { max: Number(sizes.Max), interval };
}

function limitAnswer(
  limit: RateLimit,
  service: Service,
  { accountSid }: ServicesContext,
  call: Call,
): unknown {
  const url = `${call.origin}/v2/Services/${service.sid}/RateLimits/${limit.sid}`;
  return {
    sid: limit.sid,
    service_sid: service.sid,
    account_sid: accountSid,
    unique_name: limit.uniqueName,
    description: limit.description,
    date_created: isoTime(limit.createdAtMs),
    date_updated: isoTime(limit.updatedAtMs),
    url,
    links: { buckets: `${url}/Buckets` },
  };
}

function bucketAnswer(
  bucket: Bucket,
  limit: RateLimit,
  service: Service,
  { accountSid }: ServicesContext,
  call: Call,
): unknown {
  const parent = `${call.origin}/v2/Services/${service.sid}/RateLimits/${limit.sid}`;
  return {
    sid: bucket.sid,
    rate_limit_sid: limit.sid,
    service_sid: service.sid,
    account_sid: accountSid,
    max: bucket.max,
    interval: bucket.intervalSeconds,
    date_created: isoTime(bucket.createdAtMs),
    date_updated: isoTime(bucket.updatedAtMs),
    url: `${parent}/Buckets/${bucket.sid}`,
  };
}
