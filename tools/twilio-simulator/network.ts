/** What Lookup says of the line of a number (`line_type_intelligence`). */
export interface Network {
  readonly mcc: string | null;
  readonly mnc: string | null;
  readonly carrierName: string | null;
  /** In Twilio's spelling. */
  readonly lineType: string | null;
  /** An error within an answer of 200. */
  readonly errorCode: number | null;
}

/** A mobile line. */
export function mobile(mcc: string, mnc: string | null, carrierName: string): Network {
  return { mcc, mnc, carrierName, lineType: 'mobile', errorCode: null };
}

/** A line of another type: Twilio gives an MNC to mobile lines only. */
export function otherLine(lineType: string, mcc: string | null, carrierName: string | null): Network {
  return { mcc, mnc: null, carrierName, lineType, errorCode: null };
}

/** A line of which nothing is known but why. */
export function unknownLine(errorCode: number): Network {
  return { mcc: null, mnc: null, carrierName: null, lineType: null, errorCode };
}
