/** What a method returns that keeps the response open: there is no answer to send now. */
export const HELD = Symbol('held');
