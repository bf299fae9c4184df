import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FLASH, codedFrames, readCode, tone } from '../../../test/support/coded-clip';
import { H264, ffmpeg, soundStart, source, temporaryFolder } from '../../../test/support/video';
import { extractSound, probe, splitFrames } from '../src';

/** Offset between sound and frames that viewers accept, in seconds (ITU-R BT.1359). */
const IN_SYNC = 0.045;

let folder: string;
const file = (name: string) => join(folder, name);
beforeAll(async () => (folder = await temporaryFolder()));
afterAll(() => rm(folder, { recursive: true }));

/** Runs the preprocess steps. @returns the number shown in each output frame, and when flash and tone begin */
async function prepare(video: string) {
  const outDir = await mkdtemp(file('frames-'));
  const { timeline, warnings, tracks } = await splitFrames(video, await probe(video), {
    outDir,
    concurrency: 3,
  });
  const target = join(outDir, 'sound.flac');
  const { sound, warnings: ofSound } = await extractSound(video, { target, timeline, tracks });
  const frames = await Promise.all(
    Array.from({ length: timeline.frames }, (_, n) => readCode(join(outDir, `frame_${n}.jpg`))),
  );
  const { num, den } = timeline.frameRate;
  const result = {
    ...{ timeline, warnings: [...warnings, ...ofSound], sound, rate: num / den },
    codes: frames.map(({ code }) => code),
    flash: (frames.findIndex(({ flash }) => flash) * den) / num,
    tone: sound ? await soundStart(target) : NaN,
    inodes: await Promise.all(frames.map(async (_, n) => (await stat(join(outDir, `frame_${n}.jpg`))).ino)),
  };
  await rm(outDir, { recursive: true });
  return result;
}

const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

const AAC = ['-c:a', 'aac'];
const CONTAINERS: Record<string, string[]> = {
  mp4: [...H264, ...AAC],
  mov: [...H264, ...AAC],
  mkv: [...H264, ...AAC],
  ts: [...H264, ...AAC],
  flv: [...H264, ...AAC],
  avi: ['-c:v', 'mpeg4', '-q:v', '2', '-c:a', 'pcm_s16le'],
  webm: ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '2M', '-c:a', 'libopus'],
};
const RATES = { '24000/1001': 36, '25': 38, '30000/1001': 45, '60': 90, '120': 180 };

/** Containers that add little at further rates: the code of mp4, a clock of 90 kHz, no times, the clock of Matroska. */
const FEW_RATES: readonly string[] = ['mov', 'ts', 'avi', 'webm'];

const ratesOf = (container: string) =>
  FEW_RATES.includes(container) ? ['30000/1001', '60'] : Object.keys(RATES);

describe.each(Object.keys(CONTAINERS))('%s with a constant rate', (container) => {
  const rates = Object.entries(RATES).filter(([rate]) => ratesOf(container).includes(rate));
  it.each(rates)('keeps every frame, in sync, at %s fps', async (rate, count) => {
    const [num = 0, den = 1] = rate.split('/').map(Number);
    const later = Math.round((0.3 * num) / den) * (den / num);
    const starts = [
      [later, 0],
      [0, later],
    ] as const;
    // AVI has no start times, so ffmpeg cannot write one whose sound starts later.
    for (const [videoOffset, soundOffset] of container === 'avi' ? starts.slice(0, 1) : starts) {
      const video = await ffmpeg(
        file(`constant.${container}`),
        ...['-itsoffset', `${videoOffset}`, ...codedFrames(rate, ((count - 0.5) * den) / num)],
        ...['-itsoffset', `${soundOffset}`, ...tone(FLASH + videoOffset - soundOffset, 2)],
        ...['-fps_mode', 'passthrough', ...CONTAINERS[container]!],
      );
      const found = await prepare(video);
      // The first frame of a late AVI video is shown from the beginning.
      const copies = container === 'avi' ? Math.round((videoOffset * num) / den) : 0;
      expect(found.codes).toEqual([...Array<number>(copies).fill(0), ...upTo(count)]);
      expect(found.timeline.repeatedFrames).toBe(copies);
      expect(Math.abs(found.tone - found.flash)).toBeLessThanOrEqual(IN_SYNC);
    }
  });
});

it.each([30, 48, 50, 90, 144, 165, 240])('keeps every frame of a Matroska file at %d fps', async (rate) => {
  const video = await ffmpeg(
    file('milliseconds.mkv'),
    ...[...codedFrames(`${rate}`, 1.2), ...tone(FLASH, 1.2), ...H264, ...AAC],
  );
  const { codes, rate: found } = await prepare(video);
  expect(codes).toEqual(upTo(Math.round(rate * 1.2)));
  expect(found).toBe(rate);
});

describe('a video with a variable rate', () => {
  const dropping = (expression: string, rate = '30', seconds = 3) => [
    ...codedFrames(rate, seconds),
    ...['-vf', `select='${expression}'`, '-fps_mode', 'passthrough', '-enc_time_base', '1:90000'],
  ];

  it('keeps every frame and fills gaps with links', async () => {
    const lowLight = dropping('lt(n,45)+not(mod(n,2))');
    const { codes, rate, timeline, inodes } = await prepare(
      await ffmpeg(file('low-light.mp4'), ...lowLight, ...H264),
    );
    expect(rate).toBe(30);
    expect(codes).toEqual(upTo(89).map((n) => (n < 45 || n % 2 === 0 ? n : n - 1)));
    expect(timeline).toMatchObject({ frames: 89, sourceFrames: 67, repeatedFrames: 22 });
    expect(new Set(inodes).size).toBe(67);
  });

  it('keeps a very short last frame', async () => {
    const video = file('short-last.mp4');
    await ffmpeg(video, ...dropping('mod(n,41)-40', '60', 2), '-video_track_timescale', '600', ...H264);
    const { codes } = await prepare(video);
    expect(codes.at(-1)).toBe(119);
    expect(new Set(codes).size).toBe(118);
  });

  it.each([
    [20, 'mkv', '1:1000'],
    [600, 'mp4', '1:90000'],
  ])('decodes a timelapse with a frame every %d s once per frame', async (seconds, container, base) => {
    const video = await ffmpeg(
      file(`timelapse.${container}`),
      ...[...codedFrames('30', 1), '-frames:v', '12', '-vf', `setpts=N*${seconds}/TB`],
      ...['-fps_mode', 'passthrough', '-enc_time_base', base, ...H264],
    );
    const { codes, rate } = await prepare(video);
    expect(codes).toEqual(upTo(12));
    expect(rate).toBeCloseTo(1 / seconds, 9);
  });
});

describe('a cut or joined recording', () => {
  /** A transport stream without its first packets, which starts between two key frames. */
  async function cutBeforeKeyFrame(keyFrames: number, share: number): Promise<string> {
    const whole = await ffmpeg(
      file('whole.ts'),
      ...[...codedFrames('30', 4), ...tone(2.5, 4), ...H264, ...AAC],
      ...['-g', `${keyFrames}`, '-keyint_min', `${keyFrames}`, '-sc_threshold', '0'],
    );
    const bytes = await readFile(whole);
    const packets = Math.floor((bytes.length / 188) * share);
    await writeFile(file('cut.ts'), bytes.subarray(packets * 188));
    return file('cut.ts');
  }

  it.each([
    [30, 0.1],
    [60, 0.2],
  ])('starts at the first decodable frame, in sync (%d frames between key frames)', async (keys, share) => {
    const { codes, tone: heard, warnings } = await prepare(await cutBeforeKeyFrame(keys, share));
    expect(codes).toEqual(upTo(120).slice(keys));
    expect(Math.abs(heard - (2.5 - keys / 30))).toBeLessThanOrEqual(IN_SYNC);
    expect(warnings).toEqual([
      {
        code: 'START_UNDECODABLE',
        message: expect.stringMatching(/^The first \d\.\d s could not be decoded\.$/) as string,
      },
    ]);
  });

  it.each([
    ['forwards', 0, 1000],
    ['back', 1000, 0],
  ])('keeps every frame if the clock jumps %s', async (_, first, second) => {
    const part = async (offset: number) =>
      readFile(
        await ffmpeg(
          file(`part-${offset}.ts`),
          ...[...codedFrames('30', 2), ...tone(1, 2), ...H264, ...AAC, '-muxdelay', '0'],
          ...['-output_ts_offset', `${offset}`],
        ),
      );
    await writeFile(file('joined.ts'), Buffer.concat([await part(first), await part(second)]));
    const { codes, warnings } = await prepare(file('joined.ts'));
    expect(codes).toEqual([...upTo(60), ...upTo(60)]);
    expect(warnings).toEqual([
      { code: 'CLOCK_JUMPS', message: 'Timestamps jump at 2.0 s; the parts were joined without a gap.' },
    ]);
  });

  it('reports how many frames were damaged', async () => {
    const whole = await ffmpeg(file('keys.mkv'), ...codedFrames('30', 2), ...H264, '-g', '1');
    const noise = ['-bsf:v', "noise=amount='between(n,20,29)'"];
    const video = await ffmpeg(file('damaged.mkv'), '-i', whole, '-c', 'copy', ...noise);
    const { timeline, codes, warnings } = await prepare(video);
    expect(timeline).toMatchObject({ frames: 60, sourceFrames: 50, repeatedFrames: 10 });
    expect(codes.slice(18, 32)).toEqual([18, ...Array<number>(11).fill(19), 30, 31]);
    expect(warnings).toEqual([
      { code: 'FRAMES_DAMAGED', message: '10 frames were damaged and replaced by the previous frame.' },
    ]);
  });
});

it('does not fill the gap if the clock jumps by hours', async () => {
  const part = async (offset: string) =>
    readFile(await ffmpeg(file('part.ts'), ...codedFrames('30', 1), ...H264, '-output_ts_offset', offset));
  await writeFile(file('hours.ts'), Buffer.concat([await part('0'), await part('30000')]));
  expect((await prepare(file('hours.ts'))).codes).toEqual([...upTo(30), ...upTo(30)]);
});

describe('tracks', () => {
  it('cuts hours of sound in a short video, with a warning', async () => {
    const sound = await ffmpeg(file('sound.wav'), ...source('anullsrc=r=8000:cl=mono:d=10'));
    const video = await ffmpeg(
      file('long-sound.mkv'),
      ...[...codedFrames('30', 1), '-itsscale', '3600', '-i', sound, ...H264, '-c:a', 'copy'],
    );
    const { codes, sound: kept, warnings } = await prepare(video);
    expect(codes).toEqual(upTo(30));
    expect(kept).toBe(true);
    expect(warnings).toEqual([
      {
        code: 'SOUND_CUT',
        message: expect.stringMatching(/^The sound is 3\d{4} s long and was cut after 61 s/) as string,
      },
    ]);
  });

  it.each(['mkv', 'mp4'])(
    'picks the video of an %s whose first video track is a still',
    async (container) => {
      const movie = await ffmpeg(file('movie.mp4'), ...codedFrames('30', 1), ...H264);
      const still = await ffmpeg(
        file('still.mp4'),
        ...source('color=red:s=640x480'),
        '-frames:v',
        '1',
        ...H264,
      );
      for (const disposition of ['default', '0']) {
        const video = await ffmpeg(
          file(`still-first.${container}`),
          ...['-i', still, '-i', movie, '-map', '0:v', '-map', '1:v', '-c', 'copy'],
          ...['-disposition:v:0', 'default', '-disposition:v:1', disposition],
        );
        expect((await prepare(video)).codes).toEqual(upTo(30));
      }
    },
  );

  it('drops sound that starts after the last frame, with a warning', async () => {
    const movie = await ffmpeg(file('movie.mp4'), ...codedFrames('30', 1), ...H264);
    const video = await ffmpeg(
      file('late.mp4'),
      ...['-i', movie, '-itsoffset', '3000', ...source('sine=d=1'), '-c:v', 'copy', ...AAC],
    );
    const outDir = await mkdtemp(file('frames-'));
    const { timeline, tracks } = await splitFrames(video, await probe(video), { outDir, concurrency: 3 });
    expect(timeline.frames).toBe(30);
    expect(await extractSound(video, { target: join(outDir, 'sound.flac'), timeline, tracks })).toEqual({
      sound: false,
      warnings: [
        {
          code: 'SOUND_MISSING',
          message:
            'The outputs have no sound: the source has a sound track, but it starts 3000 s into the video, after the last frame.',
        },
      ],
    });
  });

  it('uses the second sound track if the first has no decoder', async () => {
    const video = await ffmpeg(
      file('two.mov'),
      ...[...codedFrames('30', 2), ...tone(FLASH, 2), '-map', '0:v', '-map', '1:a', '-map', '1:a'],
      ...[...H264, ...AAC],
    );
    const bytes = await readFile(video);
    const [from, to] = [bytes.indexOf('mp4a'), bytes.indexOf('stts', bytes.indexOf('mp4a'))];
    const entry = bytes.toString('latin1', from, to).replaceAll('mp4a', 'zzzz').replaceAll('esds', 'zzzy');
    bytes.write(entry.replaceAll('wave', 'zzzx'), from, 'latin1');
    await writeFile(video, bytes);
    const found = await prepare(video);
    expect(found.sound).toBe(true);
    expect(Math.abs(found.tone - FLASH)).toBeLessThanOrEqual(IN_SYNC);
  });

  it('keeps gaps in the sound regardless of its codec', async () => {
    const parts = [
      await ffmpeg(file('a.mp3'), ...source('anullsrc=r=48000:cl=mono:d=1'), '-c:a', 'libmp3lame'),
      await ffmpeg(file('b.mp3'), ...tone(0, 1), '-c:a', 'libmp3lame'),
    ];
    await writeFile(file('list.txt'), `file '${parts[0]}'\nduration 2\nfile '${parts[1]}'\n`);
    const video = await ffmpeg(
      file('gap.mkv'),
      ...[...codedFrames('30', 3), '-f', 'concat', '-safe', '0', '-i', file('list.txt')],
      ...[...H264, '-c:a', 'copy'],
    );
    expect(Math.abs((await prepare(video)).tone - 2)).toBeLessThanOrEqual(IN_SYNC);
  });
});
