import { variableInFile } from './variable-in-file.ts';

/** An identifier of Twilio among the variables of Terraform; undefined where there is none, or that of the example. */
export function identifierInFile(text: string, name: string): string | undefined {
  const sid = variableInFile(text, name);
  // The example's are zeros, but for the last digit.
  return sid === undefined || /^[A-Z]{2}0{31}\d$/.test(sid) ? undefined : sid;
}
