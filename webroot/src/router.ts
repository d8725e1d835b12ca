import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { useSession } from '@/session/store'

const open = { open: true }

const routes: RouteRecordRaw[] = [
  { path: '/sign-in', name: 'sign-in', component: () => import('@/accounts/SignInPage.vue'), meta: { ...open, title: 'Sign in' } },
  { path: '/register', name: 'register', component: () => import('@/accounts/RegisterPage.vue'), meta: { ...open, title: 'Create an account' } },
  { path: '/forgot-password', name: 'forgot', component: () => import('@/accounts/ForgotPasswordPage.vue'), meta: { ...open, title: 'Forgot password' } },
  { path: '/reset-password', component: () => import('@/accounts/ResetPasswordPage.vue'), meta: { ...open, title: 'New password' } },
  { path: '/verify-email', component: () => import('@/accounts/VerifyEmailPage.vue'), meta: { ...open, title: 'Verify address' } },
  { path: '/accept-invitation', component: () => import('@/accounts/AcceptInvitationPage.vue'), meta: { ...open, title: 'Invitation' } },
  { path: '/orgs/:orgId/billing/invoices/:invoiceId/print', name: 'invoice-print', component: () => import('@/billing/InvoicePrintPage.vue'), meta: { title: 'Invoice' } },
  {
    path: '/',
    component: () => import('@/shell/ConsoleShell.vue'),
    children: [
      { path: '', name: 'home', component: () => import('@/orgs/HomePage.vue') },
      { path: 'orgs', name: 'orgs', component: () => import('@/orgs/OrgsPage.vue'), meta: { title: 'Orgs' } },
      { path: 'orgs/:orgId', name: 'org', component: () => import('@/orgs/OrgPage.vue'), meta: { title: 'Overview' } },
      { path: 'orgs/:orgId/projects', name: 'projects', component: () => import('@/projects/ProjectsPage.vue'), meta: { title: 'Projects' } },
      { path: 'orgs/:orgId/projects/:projectId', name: 'project', component: () => import('@/projects/ProjectPage.vue'), meta: { title: 'Project' } },
      { path: 'orgs/:orgId/members', name: 'members', component: () => import('@/orgs/MembersPage.vue'), meta: { title: 'Members' } },
      { path: 'orgs/:orgId/access', name: 'access', component: () => import('@/access/AccessPage.vue'), meta: { title: 'Access' } },
      { path: 'orgs/:orgId/audit', name: 'audit', component: () => import('@/audit/AuditPage.vue'), meta: { title: 'Audit' } },
      { path: 'orgs/:orgId/live', name: 'live', component: () => import('@/events/LivePage.vue'), meta: { title: 'Live' } },
      { path: 'orgs/:orgId/billing', name: 'billing', component: () => import('@/billing/SubscriptionPage.vue'), meta: { title: 'Subscription' } },
      { path: 'orgs/:orgId/billing/usage', name: 'usage', component: () => import('@/billing/UsagePage.vue'), meta: { title: 'Usage' } },
      { path: 'orgs/:orgId/billing/invoices', name: 'invoices', component: () => import('@/billing/InvoicesPage.vue'), meta: { title: 'Invoices' } },
      { path: 'orgs/:orgId/billing/invoices/:invoiceId', name: 'invoice', component: () => import('@/billing/InvoicePage.vue'), meta: { title: 'Invoice' } },
      { path: 'orgs/:orgId/billing/credits', name: 'credits', component: () => import('@/billing/CreditsPage.vue'), meta: { title: 'Credits' } },
      { path: 'orgs/:orgId/billing/payments', name: 'payments', component: () => import('@/payments/PaymentsPage.vue'), meta: { title: 'Payments' } },
      { path: 'orgs/:orgId/billing/payments/returned', name: 'payment-returned', component: () => import('@/payments/ReturnedPage.vue'), meta: { title: 'Back from the checkout' } },
      { path: 'orgs/:orgId/billing/payments/:paymentId', name: 'payment', component: () => import('@/payments/PaymentPage.vue'), meta: { title: 'Payment' } },
      { path: 'orgs/:orgId/billing/ledger', name: 'ledger', component: () => import('@/ledger/LedgerPage.vue'), meta: { title: 'Ledger' } },
      { path: 'orgs/:orgId/billing/ledger/accounts/:accountId', name: 'ledger-account', component: () => import('@/ledger/AccountPage.vue'), meta: { title: 'Account' } },
      { path: 'orgs/:orgId/billing/ledger/transactions/:transactionId', name: 'ledger-transaction', component: () => import('@/ledger/TransactionPage.vue'), meta: { title: 'Transaction' } },
      { path: 'orgs/:orgId/settings', name: 'org-settings', component: () => import('@/orgs/OrgSettingsPage.vue'), meta: { title: 'Org settings' } },
      { path: 'me', name: 'profile', component: () => import('@/accounts/ProfilePage.vue'), meta: { title: 'Profile' } },
      { path: 'me/sessions', name: 'sessions', component: () => import('@/accounts/SessionsPage.vue'), meta: { title: 'Sessions' } },
      { path: 'admin', name: 'platform', component: () => import('@/oracle/PlatformPage.vue'), meta: { title: 'Platform', operator: true } },
      { path: 'admin/readers', name: 'readers', component: () => import('@/oracle/ReadersPage.vue'), meta: { title: 'Readers', operator: true } },
      { path: 'admin/dead-letters', name: 'dead-letters', component: () => import('@/oracle/DeadLettersPage.vue'), meta: { title: 'Dead letters', operator: true } },
      { path: 'admin/jobs', name: 'jobs', component: () => import('@/oracle/JobsPage.vue'), meta: { title: 'Jobs', operator: true } },
      { path: 'admin/errors', name: 'errors', component: () => import('@/oracle/ErrorsPage.vue'), meta: { title: 'Errors', operator: true } },
      { path: 'admin/catalogue', name: 'catalogue', component: () => import('@/catalogue/CataloguePage.vue'), meta: { title: 'Catalogue', operator: true } },
      { path: 'admin/org-billing', name: 'org-billing', component: () => import('@/billing/OrgBillingPage.vue'), meta: { title: 'Org billing', operator: true } },
      { path: 'admin/payments', name: 'platform-payments', component: () => import('@/payments/PlatformPaymentsPage.vue'), meta: { title: 'Payments', operator: true } },
      { path: 'admin/policies', name: 'policies', component: () => import('@/access/PoliciesPage.vue'), meta: { title: 'Policies', operator: true } },
      { path: ':rest(.*)*', name: 'lost', component: () => import('@/shell/LostPage.vue'), meta: { title: 'Not found' } },
    ],
  },
]

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? undefined : { top: 0 }),
})

router.beforeEach(async (to) => {
  const session = useSession()
  await session.resume()
  if (!session.signedIn && !to.meta.open) {
    return { name: 'sign-in', query: to.fullPath === '/' ? {} : { to: to.fullPath } }
  }
  if (session.signedIn && (to.name === 'sign-in' || to.name === 'register')) return { name: 'home' }
  return true
})

router.afterEach((to) => {
  document.title = to.meta.title ? `${to.meta.title} · Vertebra` : 'Vertebra'
})

/** Where to go after a sign-in: only a path of this console. */
export function safeTarget(to: unknown): string {
  return typeof to === 'string' && /^\/(?![/\\])/.test(to) ? to : '/'
}
