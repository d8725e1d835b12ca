import { describe, expect, it } from 'vitest'
import { ApiProblem, byField, fieldOf, problemFrom, problemOf } from '@/api/problem'

describe('fieldOf', () => {
  it.each([
    ['/name', 'name'],
    ['#/name', 'name'],
    ['/lines/0/quantity', 'lines'],
    ['/a~1b~0c', 'a/b~c'],
    ['?limit', 'limit'],
    ['', null],
    ['name', null],
  ])('%s leads into %s', (pointer, field) => expect(fieldOf(pointer)).toBe(field))
})

describe('byField', () => {
  it('puts each error at its field and keeps the rest', () => {
    const errors = [
      { pointer: '/email', detail: 'must be an address' },
      { pointer: '/email', detail: 'second' },
      { pointer: '/secret', detail: 'is unknown' },
    ]
    expect(byField(errors, ['email', 'password'])).toEqual({
      at: { email: 'Must be an address.' },
      elsewhere: [{ pointer: '/secret', detail: 'is unknown' }],
    })
  })
})

describe('a problem', () => {
  it('is read from a problem document', () => {
    const response = new Response(null, { status: 429, headers: { 'retry-after': '7', 'x-request-id': 'r-1' } })
    const problem = problemFrom(response, { title: 'Too many requests', status: 429, code: 'quota_exceeded' })
    expect(problem).toMatchObject({ status: 429, code: 'quota_exceeded', requestId: 'r-1', passing: true })
    expect(problem.advice).toBe('Try again in 7 s.')
  })

  it('is made of an answer that is no problem document', () => {
    const problem = problemFrom(new Response('<html>', { status: 502 }), '<html>')
    expect(problem).toMatchObject({ status: 502, code: 'unknown', title: 'Something went wrong on the server' })
  })

  it('stands for a server that cannot be reached', () => {
    expect(problemOf(new TypeError('Failed to fetch'))).toMatchObject({ status: 0, code: 'unreachable' })
  })

  it('names the missing permission', () => {
    const problem = new ApiProblem({ permission: 'orgs.members.write' }, { status: 403 })
    expect(problem.advice).toContain('orgs.members.write')
  })
})
