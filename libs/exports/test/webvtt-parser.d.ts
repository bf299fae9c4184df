/** The parts of W3C's parser and validator that the tests use. */
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
