import { BadRequestException, Body, Controller, Post, Redirect } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { z } from 'zod';
import { Access } from '#access';
import { mp4RequestSchema, numberField } from '#contract';
import { SchemaPipe } from '#platform';
import { JobId } from '../jobs/job-id.pipe';
import { Mp4Service } from '../mp4/mp4.service';

const NOT_A_SCORE = 'score: expected a number from 0 to 1';

/** The fields of the form, as text. */
const formSchema = z.object({
  score: numberField(z.number(NOT_A_SCORE).min(0, NOT_A_SCORE).max(1, NOT_A_SCORE)),
  classes: z
    .string('classes: expected labels, separated by commas')
    .optional()
    .transform((text = '') =>
      text
        .split(',')
        .map((label) => label.trim())
        .filter((label) => label !== ''),
    ),
});

type Form = z.output<typeof formSchema>;

/** Requests MP4s from the job page without JavaScript. */
@ApiExcludeController()
@Controller('jobs/:id/mp4')
@Access('user')
export class Mp4FormController {
  constructor(private readonly mp4s: Mp4Service) {}

  @Post()
  @Redirect('/', 303)
  async make(
    @JobId() id: string,
    @Body(new SchemaPipe(formSchema)) { score, classes }: Form,
  ): Promise<{ url: string }> {
    const { data, error } = mp4RequestSchema.safeParse({ ...(score !== undefined && { score }), classes });
    if (!data) throw new BadRequestException(`${error.issues.map(({ message }) => message).join('; ')}.`);
    await this.mp4s.request(id, data);
    return { url: `/jobs/${id}` }; // with a fragment, the refresh would only scroll
  }
}
