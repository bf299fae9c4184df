/** W3C's parser and validator, as far as the tests use it. */
declare module 'webvtt-parser' {
  export class WebVTTParser {
    parse(
      text: string,
      mode: 'metadata' | 'captions' | 'chapters',
    ): {
      readonly errors: readonly { readonly message: string; readonly line: number }[];
      readonly cues: readonly {
        readonly startTime: number;
        readonly endTime: number;
        readonly text: string;
      }[];
    };
  }
}
