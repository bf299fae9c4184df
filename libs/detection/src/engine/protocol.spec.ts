import { BadImageError, DetectionError, DeviceUnavailableError, ModelMismatchError } from '../errors';
import { fromWire, toWire } from './protocol';

const passed = (error: unknown) => fromWire(toWire(error));

describe('errors between threads', () => {
  it.each([
    new BadImageError('not an image'),
    new ModelMismatchError('a different model'),
    new DeviceUnavailableError('no GPU'),
  ])('keep their code and message: %s', (error) => {
    const { code, message } = error;
    expect(passed(error)).toBeInstanceOf(DetectionError);
    expect(passed(error)).toMatchObject({ code, message });
  });

  it.each([new RangeError('Array buffer allocation failed'), 'Array buffer allocation failed'])(
    'stay internal if they were unexpected: %s',
    (error) => {
      expect(passed(error)).not.toBeInstanceOf(DetectionError);
      expect(passed(error)).toMatchObject({ message: 'Array buffer allocation failed' });
    },
  );
});
