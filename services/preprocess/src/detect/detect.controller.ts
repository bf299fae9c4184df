import { Controller, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '#access';
import { ApiDetect, DETECT_PATH, requireForm } from '#http';
import { InferClient } from './infer.client';

/** The image endpoint of infer under the address that users know. */
@ApiTags('images')
@Controller(DETECT_PATH)
@Access('user or service')
export class DetectController {
  constructor(private readonly infer: InferClient) {}

  @Post()
  @ApiDetect()
  async detect(@Req() request: Request, @Res() response: Response): Promise<void> {
    requireForm(request); // a body of another type has been read already and could not be passed on
    await this.infer.forward(request, response);
  }
}
