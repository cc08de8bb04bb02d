import { describe, expect, test } from 'vitest';

import { forbidAlso, isForbiddenName } from './forbidden-names.js';

const list = (names: string): string[] => names.trim().split(/\s+/);

describe('forbidden is', () => {
  test.each(
    list(`
      tenant tenant_id tenantId tenantID TenantID TENANT_ID tenantid tenants x_tenant_id xTenantId tenant_slug
      user users user_id userId userID UserID UserId USER_ID userid userIDs user_ids userids x_user_id xuserid
      XUserID _user_id user_id_ user__id user_1 user2 username user_name userName created_by_user user_uuid
      useremail user_email usr usr_id login
      account account_id accountId acct account_number accountnumber service_account
      customer customer_id customerId customerid Customer customers customer_name
      email Email emails email_address emailAddress emailaddress e_mail eMail EMail contact_e_mail contactEmail
      mail x_mail mail_address
      ip IP ips ip_address ipAddress IPAddress ipaddress ipaddr client_ip clientIP clientip remote_ip remoteip
      source_ip src_ip ipv4 ipv6 ip4 remote_addr remoteAddr peer_address client_address x_forwarded_ip
      session session_id sessionId sessionID sessionid SESSION sid sessid session_token
      token tokens access_token accessToken accesstoken auth_token api_token csrf_token jwt
      api_key apiKey apikey password passwd secret client_secret cookie authorization
      phone phone_number phoneNumber phonenumber telephone msisdn mobile_number
      path paths file_path filePath filepath request_path requestpath pathname url urls full_url raw_url rawurl
      request_url requestUrl uri http_uri href referer referrer
      query queries query_string queryString querystring sql_query
      message messages msg error_message errorMessage errormessage log_message stack_trace stacktrace
      trace_id traceId traceID TraceID traceid TRACE_ID span_id spanId request_id requestId req_id
      correlation_id job_id jobId task_id order_id order_number invoice_id device_id client_id org_id
      id ID ids uuid guid x_id traceparent
      first_name lastName full_name
    `),
  )('%s', (name) => {
    expect(isForbiddenName(name)).toBe(true);
  });
});

describe('allowed is', () => {
  test.each(
    list(`
      task_name queue route method status status_code code le quantile job instance worker worker_id shard
      shard_id thread_id region zone env environment version service name type kind state outcome result reason
      handler operation job_name job_type jobName queue_name event_name event_loop error_class error error_type
      node nodejs_version backend model retry attempt priority partition topic consumer_group client client_name
      order_status payment_method project team file_type document_kind format codec bucket host hostname pod
      container namespace cluster dead_letter provider tokenizer zip zipcode ship shipment trip script description
      recipe recipient principal relationship membership curl pathology empath guide idle identity_provider valid
      grid void android solid paid side video width sha256 http2 use usage abuse used_by session_status
      ip_version ipVersion ip_family user_type userType usertype account_plan account_tier customer_segment
      token_type session_state message_type message_kind message_format path_template pathTemplate url_scheme
      uri_template query_type phone_type email_template user_role
    `).filter((name) => name !== ''),
  )('%s', (name) => {
    expect(isForbiddenName(name)).toBe(false);
  });
});

test('a word of a class allows a name only as its last', () => {
  expect(isForbiddenName('user_type_id')).toBe(true);
  expect(isForbiddenName('type_of_user')).toBe(true);
  expect(isForbiddenName('status_message')).toBe(true);
});

describe('names of the application', () => {
  const isForbidden = forbidAlso(['merchant', 'seat_no', 'licencePlate']);

  test.each(
    list(
      'merchant merchant_id merchantId merchantid byMerchant MERCHANT merchant_status seat_no seatNo licence_plate',
    ),
  )('forbid %s', (name) => {
    expect(isForbidden(name)).toBe(true);
  });

  test.each(list('merchandise seat no_seat licence plate user'))('let %s pass', (name) => {
    expect(isForbidden(name)).toBe(false);
  });

  test('are none unless given', () => {
    expect(forbidAlso([])('merchant')).toBe(false);
  });
});
