import { BenchUsageError, parseOptions } from './options';

describe('parseOptions', () => {
  it('has defaults', () => {
    expect(parseOptions([])).toMatchObject({
      command: 'speed',
      rounds: 3,
      frames: 300,
      minutes: 10,
      size: { width: 1280, height: 720 },
      sizes: [
        { width: 1920, height: 1080 },
        { width: 3840, height: 2160 },
      ],
      sizeRounds: 1,
      precision: 'auto',
      models: ['ssdlite-mobilenetv2'],
      batches: [1, 4, 8],
      device: 'auto',
      requests: 100,
      seconds: 20,
      json: undefined,
    });
  });

  it('reads the sizes of more clips', () => {
    expect(
      parseOptions(['--sizes', '640x360,320x240', '--size-rounds', '2', '--precision', 'fp32']),
    ).toMatchObject({
      sizes: [
        { width: 640, height: 360 },
        { width: 320, height: 240 },
      ],
      sizeRounds: 2,
      precision: 'fp32',
    });
    expect(parseOptions(['--sizes', 'none']).sizes).toEqual([]);
  });

  it('reads which models, sessions and batches to measure', () => {
    expect(
      parseOptions(['detect', '--models', 'a,b', '--sessions', '1,2', '--batches', '1', '--device', 'cuda']),
    ).toMatchObject({
      command: 'detect',
      models: ['a', 'b'],
      sessions: [1, 2],
      batches: [1],
      device: 'cuda',
    });
  });

  it('reads the memory check and its options', () => {
    expect(parseOptions(['memory', '--minutes', '2', '--size', '640x360', '--json', 'm.json'])).toMatchObject(
      {
        command: 'memory',
        minutes: 2,
        size: { width: 640, height: 360 },
        json: 'm.json',
      },
    );
  });

  it('reads the number of jobs and streams', () => {
    expect(parseOptions(['pages', '--jobs', '100', '--streams', '7'])).toMatchObject({
      command: 'pages',
      jobs: 100,
      streams: 7,
    });
  });

  it('reads the folder of sequences and the step of tracking', () => {
    expect(parseOptions(['tracking', '--data', '/mot', '--step', '3'])).toMatchObject({
      command: 'tracking',
      data: '/mot',
      step: 3,
    });
    expect(parseOptions(['tracking'])).toMatchObject({ data: undefined, step: 1 });
  });

  it.each([
    [['--rounds', '0'], '--rounds is "0"'],
    [['--frames', '1.5'], '--frames is "1.5"'],
    [['--size', '1280'], '--size is "1280"'],
    [['--size', '641x360'], '--size is "641x360"'],
    [['--sizes', '640x360,big'], '--sizes is "big"'],
    [['--precision', 'fp16'], '--precision is "fp16"'],
    [['--sessions', '1,x'], '--sessions is "x"'],
    [['--device', 'tpu'], '--device is "tpu"'],
    [['--fast'], '--fast'],
    [['speed', 'memory'], '"speed memory" is not a command'],
  ])('refuses %j with the reason', (args, reason) => {
    const parse = () => parseOptions(args);
    expect(parse).toThrow(BenchUsageError);
    expect(parse).toThrow(reason);
  });
});
